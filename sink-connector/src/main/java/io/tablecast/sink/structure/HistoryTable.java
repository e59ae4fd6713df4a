// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;

/**
 * The table {@code <table>_deleted}: every deleted state of every row, with the time of the deletion and its place at the
 * source. It is unique on the key, that place and time, so that a deletion that comes again adds nothing. It follows columns
 * that the table gets; columns that the table loses stay.
 */
public final class HistoryTable {

    /** The column that says where at the source the row was deleted. */
    public static final String POSITION = "tablecast_source_position";

    private HistoryTable() {}

    /** The name of a table's history. */
    public static TableId of(TableId table) {
        return new TableId(table.schema(), Names.withSuffix(table.name(), "_deleted"));
    }

    /** A table's history where there is one; what else has its name is none. */
    public static Optional<TableId> find(Connection connection, TableId table) throws SQLException {
        return DestinationCatalog.read(connection, of(table))
                .filter(found -> found.kind() == RelationKind.TABLE && isHistory(found))
                .map(DestinationTable::id);
    }

    /**
     * Makes sure that no rows of a source go where deleted ones are kept.
     *
     * @param row what the source sends; rows of a history that is replicated itself have its columns
     * @throws StructureMismatch if the table is a history and the rows are of none
     */
    public static void requireNone(DestinationTable table, Schema row) {
        boolean isOfHistory = row.fields().stream()
                .anyMatch(field ->
                        table.identifierCase().column(ColumnNames.of(field)).equals(POSITION));
        if (isHistory(table) && !isOfHistory) {
            throw new StructureMismatch(
                    table.id(),
                    "it holds the deleted rows of another table (soft.delete.history=true), and no rows of a source"
                            + " may stand among them",
                    "Map its records to another table by table.mapping.");
        }
    }

    /** Whether a table is the history of another. */
    public static boolean isHistory(DestinationTable table) {
        return table.named(POSITION).isPresent();
    }

    /**
     * Creates the history or adds what it lacks, in the caller's transaction.
     *
     * @param table with its column for the time of the deletion
     * @param key the columns that identify a row
     */
    public static DestinationTable ensure(
            Connection connection,
            DestinationTable table,
            SoftDelete softDelete,
            List<String> key,
            Duration lockTimeout)
            throws SQLException {
        TableId id = of(table.id());
        Optional<DestinationTable> found = DestinationCatalog.read(connection, id);
        if (found.isPresent() && hasAll(found.get(), table)) {
            return found.get();
        }
        TableLock.acquire(connection, table.id());
        found = DestinationCatalog.read(connection, id);
        Sql.execute(connection, "SET LOCAL lock_timeout = '" + lockTimeout.toMillis() + "ms'");
        if (found.isEmpty()) {
            create(connection, table, id, key, softDelete);
        } else {
            follow(connection, table, found.get());
        }
        Sql.execute(connection, "SET LOCAL lock_timeout TO DEFAULT");
        return DestinationCatalog.read(connection, id).orElseThrow();
    }

    private static boolean hasAll(DestinationTable history, DestinationTable table) {
        if (!isHistory(history)) {
            throw new StructureMismatch(
                    table.id(),
                    "its deleted rows belong into " + history.id() + ", which is a table of another kind",
                    "Rename that table, or set soft.delete.history=false.");
        }
        return table.columns().stream()
                .allMatch(column -> history.named(column.name())
                        .filter(known -> type(known).equals(type(column)))
                        .isPresent());
    }

    private static void create(
            Connection connection, DestinationTable table, TableId id, List<String> key, SoftDelete softDelete)
            throws SQLException {
        if (key.isEmpty()) {
            throw new StructureMismatch(
                    table.id(),
                    "soft.delete.history tells deleted rows apart by their key, and they have none",
                    "Give the topic's records a key, or set soft.delete.history=false.");
        }
        // No constraint and no default of the table holds for what is gone.
        Sql.execute(
                connection,
                "CREATE TABLE " + Identifiers.quote(id) + " AS SELECT *, ''::text AS " + POSITION + " FROM "
                        + Identifiers.quote(table.id()) + " WITH NO DATA");
        String columns = key.stream().map(Identifiers::quote).collect(Collectors.joining(", "));
        Sql.execute(
                connection,
                "CREATE UNIQUE INDEX ON " + Identifiers.quote(id) + " (" + columns + ", " + POSITION + ", "
                        + Identifiers.quote(softDelete.column()) + ")");
        Sql.execute(
                connection,
                "COMMENT ON TABLE " + Identifiers.quote(id) + " IS 'Rows that were deleted at the source.'");
    }

    private static void follow(Connection connection, DestinationTable table, DestinationTable history)
            throws SQLException {
        for (DestinationColumn column : table.columns()) {
            Optional<DestinationColumn> known = history.named(column.name());
            String name = Identifiers.quote(column.name());
            if (known.isEmpty()) {
                alter(connection, history.id(), "ADD COLUMN " + name + " " + type(column));
            } else if (!type(known.get()).equals(type(column))) {
                alter(
                        connection,
                        history.id(),
                        "ALTER COLUMN " + name + " TYPE " + type(column) + " USING " + name + "::" + type(column));
            }
        }
    }

    private static String type(DestinationColumn column) {
        return column.typed().type().name();
    }

    private static void alter(Connection connection, TableId history, String action) throws SQLException {
        Sql.execute(connection, "ALTER TABLE " + Identifiers.quote(history) + " " + action);
    }
}
