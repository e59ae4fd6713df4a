// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.CatalogTypes;
import io.tablecast.contract.type.ColumnReader;
import io.tablecast.contract.type.TypeModes;
import java.util.List;

/**
 * What the rows of records in PostgreSQL's binary form are like (header {@link RecordHeaders#SNAPSHOT_LAYOUT}): enough to
 * make of them what ordinary records would hold.
 *
 * @param format of the records; a sink refuses one that it does not know
 * @param database the name of the source database
 * @param columns in the order of the rows' fields
 * @param key names of the key's columns in key order; empty for a table without a key
 * @param types the source's settings, which say how values are sent and what ordinary records hold
 */
public record RowLayout(
        int format, String database, TableId table, List<CatalogTypes.Row> columns, List<String> key, TypeModes types) {

    /** The format that this version writes and reads. */
    public static final int FORMAT = 1;

    public RowLayout {
        requireNonNull(database, "database is null");
        requireNonNull(table, "table is null");
        requireNonNull(types, "types is null");
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /** The layout of a table's rows. */
    public static RowLayout of(
            String database, TableId table, List<ColumnReader> readers, List<String> key, TypeModes types) {
        return new RowLayout(
                FORMAT,
                database,
                table,
                readers.stream()
                        .map(reader -> CatalogTypes.Row.of(reader.column()))
                        .toList(),
                key,
                types);
    }

    /** Readers of the fields, in their order. */
    List<ColumnReader> readers() {
        return columns.stream()
                .map(column -> ColumnReader.create(column.toColumn(), types))
                .toList();
    }
}
