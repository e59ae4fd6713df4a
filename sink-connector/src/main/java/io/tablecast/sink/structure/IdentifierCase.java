// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.table.TableId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/** The setting {@code identifier.case}: how the source's names are written at the destination. */
public enum IdentifierCase {
    /** As they are. */
    KEEP,
    /** In lower-case letters, which need no quotes in PostgreSQL. */
    LOWER,
    /** In upper-case letters. */
    UPPER;

    /** A name of the source in this case, of any length. */
    public String of(String name) {
        return switch (this) {
            case KEEP -> name;
            case LOWER -> name.toLowerCase(Locale.ROOT);
            case UPPER -> name.toUpperCase(Locale.ROOT);
        };
    }

    /** The destination column of a source's column. */
    public String column(String source) {
        return Names.fit(of(source));
    }

    /** Refuses rows of which two columns would become one. */
    public void requireDistinct(TableId table, Schema row) {
        Map<String, String> taken = new HashMap<>();
        for (Field field : row.fields()) {
            String column = ColumnNames.of(field);
            String other = taken.put(column(column), column);
            if (other != null) {
                throw new StructureMismatch(
                        table,
                        "the columns \"" + other + "\" and \"" + column + "\" of its records would both be called \""
                                + column(column) + "\"",
                        "Set identifier.case=keep, or rename one of them by a transform.");
            }
        }
    }
}
