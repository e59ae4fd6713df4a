// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * The values of one column: their schema, and how they are read from both places where they stand. Both ways give the
 * same Connect value. Made once per column; immutable and thread-safe. SQL NULL never comes here.
 */
interface ColumnCodec {

    /** The schema of the record's field, not yet optional. */
    SchemaBuilder schema();

    /**
     * Reads the value from a row event, and moves beyond it.
     *
     * @return null only for a value that the settings turn into NULL
     */
    Object ofBinlog(BinlogBytes in);

    /** Makes the value of what the query returned for {@link #selectExpression}, as the text protocol carries it. */
    Object ofQuery(byte[] text);

    /** What to put into the select list. */
    default String selectExpression(String quotedColumn) {
        return quotedColumn;
    }
}
