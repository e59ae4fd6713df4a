// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.table;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * A source table as it was when a snapshot began: enough to build the same table elsewhere. Only the columns that are
 * replicated are listed.
 *
 * @param database which kind of server the types and expressions belong to
 * @param key the columns of the record key, in key order; empty when the table has none
 * @param comment the table's comment, empty when it has none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TableStructure(
        TableId table,
        DatabaseKind database,
        List<Column> columns,
        List<String> key,
        List<Index> indexes,
        List<ForeignKey> foreignKeys,
        List<Sequence> sequences,
        String comment) {

    public TableStructure {
        requireNonNull(table, "table is null");
        requireNonNull(database, "database is null");
        columns = List.copyOf(columns);
        key = key == null ? List.of() : List.copyOf(key);
        indexes = indexes == null ? List.of() : List.copyOf(indexes);
        foreignKeys = foreignKeys == null ? List.of() : List.copyOf(foreignKeys);
        sequences = sequences == null ? List.of() : List.copyOf(sequences);
        comment = comment == null ? "" : comment;
    }

    public Optional<Column> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** The kinds of server that Tablecast reads from. */
    public enum DatabaseKind {
        POSTGRESQL,
        MYSQL,
        MARIADB
    }
}
