// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.table.TableId;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/**
 * A destination as the catalog shows it at one moment.
 *
 * @param id the name that readers use
 * @param oid the relation's OID; another one under the same name is another table
 * @param storage where the rows are: {@code id} itself, or the table behind our snapshot view
 * @param uniqueIndexes of {@code storage}
 * @param identifierCase how its columns are called after the source's
 * @param formerNames of its columns, by which records that are sent again call them
 */
public record DestinationTable(
        TableId id,
        long oid,
        RelationKind kind,
        TableId storage,
        List<DestinationColumn> columns,
        List<UniqueIndex> uniqueIndexes,
        IdentifierCase identifierCase,
        FormerNames formerNames) {

    public DestinationTable {
        requireNonNull(id, "id is null");
        requireNonNull(kind, "kind is null");
        requireNonNull(storage, "storage is null");
        requireNonNull(identifierCase, "identifierCase is null");
        requireNonNull(formerNames, "formerNames is null");
        columns = List.copyOf(columns);
        uniqueIndexes = List.copyOf(uniqueIndexes);
    }

    /** Whether it is a view that Tablecast put over the table of the last snapshot. */
    public boolean isSnapshotView() {
        return kind == RelationKind.VIEW && !storage.equals(id);
    }

    /** The column that takes a record's field: of its name, or one that had this name once. */
    public Optional<DestinationColumn> column(Field field) {
        return formerNames.column(ColumnNames.of(field), this::column);
    }

    /**
     * Whether there is a column for a source's column, as a row has it. One that had this name once is another column where
     * the row has it as well, by its present name.
     */
    boolean holds(String source, Schema row) {
        if (column(source).isPresent()) {
            return true;
        }
        Optional<DestinationColumn> renamed = formerNames.column(source, this::column);
        return renamed.isPresent()
                && row.fields().stream()
                        .noneMatch(field -> column(ColumnNames.of(field)).equals(renamed));
    }

    /** Whether a rename has not been followed yet. */
    boolean canRename(String from, String to) {
        return column(from).isPresent() && column(to).isEmpty();
    }

    /** The column that takes values of a source's column: of the same name, in the case and length that names have here. */
    public Optional<DestinationColumn> column(String source) {
        return named(identifierCase.column(source));
    }

    /** The column of exactly that name. */
    public Optional<DestinationColumn> named(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** The same table, whose columns are called after the source's in another case. */
    public DestinationTable in(IdentifierCase other) {
        return new DestinationTable(id, oid, kind, storage, columns, uniqueIndexes, other, formerNames);
    }

    /** The same with names that its columns had before. */
    public DestinationTable withFormerNames(FormerNames names) {
        return new DestinationTable(id, oid, kind, storage, columns, uniqueIndexes, identifierCase, names);
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
