// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import io.tablecast.contract.type.ColumnReader;
import io.tablecast.contract.type.CopyReader;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Makes rows of a table from the fields of a binary COPY. Immutable and thread-safe. */
public final class RowDecoder {

    private final Schema rowSchema;
    private final Field[] fields;
    private final ColumnReader[] readers;

    public RowDecoder(SourceTable table) {
        this(table.envelopes().rowSchema(), table.readers());
    }

    private RowDecoder(Schema rowSchema, List<ColumnReader> readers) {
        this.rowSchema = rowSchema;
        this.fields = rowSchema.fields().toArray(new Field[0]);
        this.readers = readers.toArray(new ColumnReader[0]);
    }

    /**
     * Decodes the row that the reader stands on.
     *
     * @param firstField where the table's columns begin among the query's
     * @throws io.tablecast.contract.type.UnreadableValueException when records cannot hold a value
     */
    public Struct decode(CopyReader row, int firstField) {
        Struct struct = new Struct(rowSchema);
        byte[] buffer = row.buffer();
        for (int i = 0; i < fields.length; i++) {
            int length = row.length(firstField + i);
            if (length >= 0) {
                struct.put(fields[i], readers[i].read(buffer, row.offset(firstField + i), length));
            }
        }
        return struct;
    }
}
