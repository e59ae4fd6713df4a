// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.ColumnDrop;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.Names;
import io.tablecast.sink.structure.RelationKind;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.TableCreator;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Renames the old table away and the loaded one into its place. Views that read the old one are pointed to the new one;
 * what cannot follow makes the switch impossible, see {@link RenameObstacles}.
 */
final class RenameSwitch implements SnapshotSwitch {

    private static final String INDEXES = """
            SELECT c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = ?::regclass
            """;

    private final LoadPlan plan;

    RenameSwitch(LoadPlan plan) {
        this.plan = plan;
    }

    @Override
    public void check(Connection connection) throws SQLException {
        existing(connection);
    }

    @Override
    public void complete(Connection connection, SnapshotTable loaded) throws SQLException {
        Optional<DestinationTable> existing = existing(connection);
        if (existing.isPresent()) {
            keepDroppedColumns(connection, existing.get(), loaded);
        }
        LoadedIndexes.create(connection, plan, loaded);
        if (existing.isPresent()) {
            TableId previous = existing.get().id();
            List<String> columns = names(ViewColumn.of(connection, loaded.id()));
            LoadedIndexes.carry(connection, plan, loaded, existing.get().storage());
            Comments.of(connection, previous).applyTo(connection, loaded.id(), "TABLE", columns);
            Privileges.of(connection, previous).applyTo(connection, loaded.id(), columns);
        }
        TableCreator.comment(connection, loaded.design(), loaded.id(), "TABLE");
        Privileges.grantSelect(connection, loaded.id(), plan.settings().grantSelectTo());
    }

    @Override
    public Switched run(Connection connection, SnapshotTable loaded) throws SQLException {
        Optional<DestinationTable> existing = existing(connection);
        if (existing.isEmpty()) {
            moveInto(connection, loaded.id(), plan.table().name());
            return new Switched(plan.table(), true, List.of());
        }
        List<ViewColumn> before = ViewColumn.of(connection, plan.table());
        boolean isChanged = !before.equals(ViewColumn.of(connection, loaded.id()));
        List<DependentView> dependents = DependentView.directlyOf(connection, plan.table());
        TableId previous = moveAway(connection, existing.get());
        moveInto(connection, loaded.id(), plan.table().name());
        for (DependentView dependent : dependents) {
            pointToNewTable(connection, dependent);
        }
        if (existing.get().isSnapshotView()) {
            Sql.execute(connection, "DROP VIEW " + Identifiers.quote(previous));
            return new Switched(plan.table(), isChanged, List.of(existing.get().storage()));
        }
        return new Switched(plan.table(), isChanged, List.of(previous));
    }

    // Readers may use a column that the source dropped; it stays, empty.
    private void keepDroppedColumns(Connection connection, DestinationTable existing, SnapshotTable loaded)
            throws SQLException {
        if (plan.settings().columnDrop() == ColumnDrop.DROP) {
            return;
        }
        List<String> loadedNames = names(ViewColumn.of(connection, loaded.id()));
        for (ViewColumn column : ViewColumn.of(connection, existing.id())) {
            if (!loadedNames.contains(column.name())) {
                Sql.execute(
                        connection,
                        "ALTER TABLE " + Identifiers.quote(loaded.id()) + " ADD COLUMN "
                                + Identifiers.quote(column.name()) + " " + column.type()
                                + (column.collation().isEmpty() ? "" : " COLLATE " + column.collation()));
            }
        }
    }

    private TableId moveAway(Connection connection, DestinationTable existing) throws SQLException {
        String suffix = Names.snapshotSuffix("before " + plan.load());
        TableId previous =
                new TableId(plan.table().schema(), Names.withSuffix(plan.table().name(), suffix));
        String kind = existing.kind() == RelationKind.VIEW ? "VIEW " : "TABLE ";
        rename(connection, kind, existing.id(), previous.name());
        for (String index : indexes(connection, previous)) {
            rename(connection, "INDEX ", sibling(index), Names.withSuffix(Names.withoutSnapshotSuffix(index), suffix));
        }
        return previous;
    }

    private void moveInto(Connection connection, TableId loaded, String name) throws SQLException {
        rename(connection, "TABLE ", loaded, name);
        for (String index : indexes(connection, plan.table())) {
            String wanted = Names.withoutSnapshotSuffix(index);
            if (!wanted.equals(index) && DestinationCatalog.isFree(connection, sibling(wanted))) {
                rename(connection, "INDEX ", sibling(index), wanted);
            }
        }
    }

    private void pointToNewTable(Connection connection, DependentView dependent) throws SQLException {
        try {
            dependent.replace(connection);
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith("42")) {
                throw new StructureMismatch(
                        plan.table(),
                        "the view " + dependent.id() + " reads it and cannot be pointed to the new table: "
                                + e.getMessage(),
                        "Alter or drop the view, give it to the connector's role, or set snapshot.apply=merge.",
                        e);
            }
            throw e;
        }
    }

    private static void rename(Connection connection, String kind, TableId from, String to) throws SQLException {
        Sql.execute(connection, "ALTER " + kind + Identifiers.quote(from) + " RENAME TO " + Identifiers.quote(to));
    }

    private List<String> indexes(Connection connection, TableId table) throws SQLException {
        return Sql.query(connection, INDEXES, row -> row.getString(1), Identifiers.quote(table));
    }

    private TableId sibling(String name) {
        return new TableId(plan.table().schema(), name);
    }

    private static List<String> names(List<ViewColumn> columns) {
        return columns.stream().map(ViewColumn::name).toList();
    }

    private Optional<DestinationTable> existing(Connection connection) throws SQLException {
        Optional<DestinationTable> existing = DestinationCatalog.read(connection, plan.table());
        if (existing.isPresent()) {
            RenameObstacles.requireNone(connection, existing.get(), foreignColumns(connection, existing.get()));
        }
        return existing;
    }

    private List<String> foreignColumns(Connection connection, DestinationTable existing) throws SQLException {
        if (existing.isSnapshotView()) {
            return List.of();
        }
        List<String> ours = Stream.concat(
                        plan.knownColumns().stream(),
                        plan.row().fields().stream().map(ColumnNames::of))
                .map(plan.settings().shape().identifierCase()::column)
                .toList();
        // A column that came and went while changes were followed is in both.
        List<String> loaded = DestinationCatalog.read(connection, SnapshotTable.name(plan)).stream()
                .flatMap(table -> table.columns().stream())
                .map(DestinationColumn::name)
                .toList();
        return existing.columns().stream()
                .map(DestinationColumn::name)
                .filter(column -> !ours.contains(column) && !loaded.contains(column))
                .toList();
    }
}
