// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.HistoryTable;
import io.tablecast.sink.structure.Sequences;
import io.tablecast.sink.structure.SoftDelete;
import io.tablecast.sink.structure.SoftDeleteColumn;
import io.tablecast.sink.structure.StructureMismatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Changes the rows of the destination that differ from the loaded ones, by key. The table stays the same one, nobody is
 * locked out, and every reader keeps the view of its snapshot.
 */
final class MergeSwitch implements SnapshotSwitch {

    private static final String UNIQUE_VIOLATION = "23505";

    private final LoadPlan plan;
    private final KeptTable kept;
    private final RenameSwitch firstTime;

    MergeSwitch(LoadPlan plan) {
        this.plan = plan;
        this.kept = new KeptTable(plan);
        this.firstTime = new RenameSwitch(plan);
    }

    @Override
    public void check(Connection connection) throws SQLException {
        kept.read(connection);
    }

    @Override
    public void complete(Connection connection, SnapshotTable loaded) throws SQLException {
        if (kept.read(connection).isEmpty()) {
            firstTime.complete(connection, loaded);
            return;
        }
        LoadedIndexes.key(connection, plan, loaded);
    }

    @Override
    public Switched run(Connection connection, SnapshotTable loaded) throws SQLException {
        Optional<DestinationTable> existing = kept.read(connection);
        if (existing.isEmpty()) {
            Switched switched = firstTime.run(connection, loaded);
            mark(connection);
            return switched;
        }
        List<String> key = loaded.design().keyColumns();
        if (key.isEmpty()) {
            throw new StructureMismatch(
                    plan.table(),
                    "snapshot.apply=merge compares rows by key, and the source's rows have none",
                    "Set key.columns at the source, or snapshot.apply=truncate or swap.");
        }
        DestinationTable table = kept.fitted(connection, existing.get());
        if (plan.settings().shape().softDelete().isPresent()) {
            table = mark(connection).orElse(table);
            requireKeys(connection, key, loaded.id());
            retire(connection, table, key, loaded.id());
        } else {
            delete(connection, table, key, loaded.id());
        }
        merge(connection, table, kept.columns(connection, table, loaded.id()), key, loaded.id());
        if (plan.settings().sequenceReset() == LoadSettings.SequenceReset.ADVANCED) {
            Sequences.advance(connection, table.id(), loaded.design().sequences());
        }
        KeptTable.drop(connection, loaded.id());
        return new Switched(table.id(), !table.equals(existing.get()), List.of());
    }

    // Without marks a row with a NULL in its key is deleted and inserted anew; here each copy would leave a deleted one
    // behind.
    private void requireKeys(Connection connection, List<String> key, TableId loaded) throws SQLException {
        String missing = key.stream()
                .map(column -> Identifiers.quote(column) + " IS NULL")
                .collect(Collectors.joining(" OR "));
        List<Boolean> isAnyMissing = Sql.query(
                connection,
                "SELECT EXISTS (SELECT FROM " + Identifiers.quote(loaded) + " WHERE " + missing + ")",
                row -> row.getBoolean(1));
        if (isAnyMissing.contains(true)) {
            throw new StructureMismatch(
                    plan.table(),
                    "delete.mode=soft tells rows by their key " + key + ", and the copy has rows with a NULL in it",
                    "Set key.columns at the source to columns that are never NULL.");
        }
    }

    /** Adds the column that deleted rows are marked in, where they are kept. */
    private Optional<DestinationTable> mark(Connection connection) throws SQLException {
        Optional<SoftDelete> softDelete = plan.settings().shape().softDelete();
        return softDelete.isEmpty()
                ? Optional.empty()
                : Optional.of(SoftDeleteColumn.add(
                        connection,
                        plan.table(),
                        softDelete.get(),
                        plan.settings().lockTimeout()));
    }

    private void delete(Connection connection, DestinationTable table, List<String> key, TableId loaded)
            throws SQLException {
        Sql.execute(
                connection,
                "DELETE FROM " + Identifiers.quote(table.id()) + " d WHERE "
                        + RowRange.of(plan, table).condition() + " AND NOT EXISTS (SELECT FROM "
                        + Identifiers.quote(loaded) + " n WHERE " + sameKey(key) + ")");
    }

    // Nobody knows when they were deleted; the time of this transaction is when it was noticed.
    private void retire(Connection connection, DestinationTable table, List<String> key, TableId loaded)
            throws SQLException {
        SoftDelete softDelete = plan.settings().shape().softDelete().orElseThrow();
        String name = Identifiers.quote(table.id());
        String mark = Identifiers.quote(softDelete.column());
        String absent = " WHERE d." + mark + " IS NULL AND "
                + RowRange.of(plan, table).condition() + " AND NOT EXISTS (SELECT FROM " + Identifiers.quote(loaded)
                + " n WHERE " + sameKey(key) + ")";
        if (softDelete.history() == SoftDelete.History.EVERY) {
            DestinationTable history = HistoryTable.ensure(
                    connection, table, softDelete, key, plan.settings().lockTimeout());
            List<DestinationColumn> columns = table.columns().stream()
                    .filter(column -> !column.name().equals(softDelete.column()))
                    .toList();
            Sql.execute(
                    connection,
                    "INSERT INTO " + Identifiers.quote(history.id()) + " (" + KeptTable.list(columns) + ", " + mark
                            + ", " + HistoryTable.POSITION + ") SELECT " + join(columns, column -> "d." + column)
                            + ", now(), "
                            + Sql.literal("snapshot " + plan.begin().id()) + " FROM " + name + " AS d" + absent
                            + " ON CONFLICT DO NOTHING");
        }
        Sql.execute(connection, "UPDATE " + name + " AS d SET " + mark + " = now()" + absent);
    }

    private static String sameKey(List<String> key) {
        return key.stream()
                .map(Identifiers::quote)
                .map(column -> "d." + column + " = n." + column)
                .collect(Collectors.joining(" AND "));
    }

    private void merge(
            Connection connection,
            DestinationTable table,
            List<DestinationColumn> columns,
            List<String> key,
            TableId loaded)
            throws SQLException {
        String name = Identifiers.quote(table.id());
        String from = Identifiers.quote(loaded);
        String sameKey = sameKey(key);
        Optional<String> mark =
                plan.settings().shape().softDelete().map(SoftDelete::column).map(Identifiers::quote);
        List<DestinationColumn> values =
                columns.stream().filter(column -> !key.contains(column.name())).toList();
        if (mark.isPresent()) {
            Sql.execute(
                    connection,
                    "UPDATE " + name + " AS d SET " + mark.get() + " = NULL FROM " + from + " n WHERE " + sameKey
                            + " AND d." + mark.get() + " IS NOT NULL");
        }
        if (!values.isEmpty()) {
            // Compares what is stored: also types without an equality of their own, such as json.
            String differing = sameKey + " AND pg_catalog.record_image_ne(ROW("
                    + join(values, column -> "d." + column) + "), ROW("
                    + values.stream().map(MergeSwitch::asStored).collect(Collectors.joining(", ")) + "))";
            String update = "UPDATE " + name + " d SET " + join(values, column -> column + " = n." + column) + " FROM "
                    + from + " n WHERE " + differing;
            int own = table.columns().size() - columns.size() - (mark.isPresent() ? 1 : 0);
            if (own > 0 || isReferenced(connection, table)) {
                Sql.execute(connection, update);
            } else {
                updateOrDelete(
                        connection, update, "DELETE FROM " + name + " d USING " + from + " n WHERE " + differing);
            }
        }
        Sql.execute(
                connection,
                "INSERT INTO " + name + " (" + KeptTable.list(columns) + ") OVERRIDING SYSTEM VALUE SELECT "
                        + KeptTable.list(columns) + " FROM " + from + " n WHERE NOT EXISTS (SELECT FROM " + name
                        + " d WHERE " + sameKey + ")");
    }

    // Rows may exchange values of a unique index, which is checked row by row. Those that are deleted here are inserted
    // with the new ones.
    private static void updateOrDelete(Connection connection, String update, String delete) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            Sql.execute(connection, update);
            connection.releaseSavepoint(before);
        } catch (SQLException e) {
            if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
            Sql.execute(connection, delete);
        }
    }

    /** Whether deleting a row that comes back at once would reach rows of other tables. */
    private static boolean isReferenced(Connection connection, DestinationTable table) throws SQLException {
        return Sql.query(connection, """
                        SELECT EXISTS (
                            SELECT FROM pg_catalog.pg_constraint
                            WHERE confrelid = ?::pg_catalog.regclass AND contype = 'f')
                        """, row -> row.getBoolean(1), Identifiers.quote(table.id()))
                .contains(true);
    }

    private static String asStored(DestinationColumn column) {
        return "n." + Identifiers.quote(column.name()) + "::"
                + column.typed().type().name();
    }

    private static String join(List<DestinationColumn> columns, Function<String, String> expression) {
        return columns.stream()
                .map(column -> expression.apply(Identifiers.quote(column.name())))
                .collect(Collectors.joining(", "));
    }
}
