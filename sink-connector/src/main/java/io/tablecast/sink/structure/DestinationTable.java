// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.table.TableId;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;

/**
 * A destination as the catalog shows it at one moment.
 *
 * @param id the name that readers use
 * @param oid the relation's OID; another one under the same name is another table
 * @param storage where the rows are: {@code id} itself, or the table behind our snapshot view
 * @param uniqueIndexes of {@code storage}
 */
public record DestinationTable(
        TableId id,
        long oid,
        RelationKind kind,
        TableId storage,
        List<DestinationColumn> columns,
        List<UniqueIndex> uniqueIndexes) {

    public DestinationTable {
        requireNonNull(id, "id is null");
        requireNonNull(kind, "kind is null");
        requireNonNull(storage, "storage is null");
        columns = List.copyOf(columns);
        uniqueIndexes = List.copyOf(uniqueIndexes);
    }

    /** Whether it is a view that Tablecast put over the table of the last snapshot. */
    public boolean isSnapshotView() {
        return kind == RelationKind.VIEW && !storage.equals(id);
    }

    /** The column that takes a record's field. */
    public Optional<DestinationColumn> column(Field field) {
        return column(ColumnNames.of(field));
    }

    /** The column that takes values of a source's column: of the same name, or of its shortened name if that is too long. */
    public Optional<DestinationColumn> column(String source) {
        String name = Names.fit(source);
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** The unique index that {@code ON CONFLICT} can use for a key of these columns, in any order. */
    public Optional<UniqueIndex> conflictIndex(List<String> keyColumns) {
        return uniqueIndexes.stream()
                .filter(index -> index.decidesConflictsOn(keyColumns))
                .findFirst();
    }

    /** Whether rows can collide on something else than this key. */
    public boolean hasUniqueIndexBeside(List<String> keyColumns) {
        return uniqueIndexes.stream().anyMatch(index -> !index.decidesConflictsOn(keyColumns));
    }
}
