// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.type.ColumnWriter;
import io.tablecast.contract.type.PostgresType;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.structure.DestinationColumn;

/** A destination column and how values get into it. */
record StagedColumn(DestinationColumn column, ColumnWriter writer) {

    StagedColumn {
        requireNonNull(column, "column is null");
        requireNonNull(writer, "writer is null");
    }

    String quotedName() {
        return Identifiers.quote(column.name());
    }

    /** The expression for a value that was staged by COPY. */
    String fromStaged(String staged) {
        return writer.isBinary() ? staged : fromText(staged);
    }

    /**
     * The expression for a value that is there as text. The cast leaves length and precision out: an explicit cast to
     * {@code varchar(3)} would silently cut, where the assignment to the column refuses.
     */
    String fromText(String text) {
        return text + "::" + unmodified(column.typed().type());
    }

    private static String unmodified(PostgresType type) {
        if (type.modifier() == PostgresType.NO_MODIFIER) {
            return type.name();
        }
        if (type.isBuiltIn()) {
            return "pg_catalog." + Identifiers.quote(type.baseName());
        }
        String name = type.name();
        boolean isArray = name.endsWith("[]");
        int open = name.lastIndexOf('(');
        return open < 0 ? name : name.substring(0, open) + (isArray ? "[]" : "");
    }
}
