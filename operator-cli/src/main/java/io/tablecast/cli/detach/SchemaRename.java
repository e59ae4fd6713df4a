// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.detach;

import io.tablecast.cli.pipeline.PipelineSink;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.metadata.MetadataSchema;
import io.tablecast.sink.postgres.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Renames a schema of a destination together with what Tablecast's metadata says of its tables. */
public final class SchemaRename {

    private SchemaRename() {}

    /**
     * What came of it.
     *
     * @param tables the sink's tables in the schema, under its old name if they were renamed now
     */
    public record Renamed(When when, List<TableId> tables) {
        public Renamed {
            tables = List.copyOf(tables);
        }
    }

    /** When a schema got its new name. */
    public enum When {
        NOW,
        /** Nothing was left to do. */
        BEFORE
    }

    /**
     * Renames it in one transaction. A schema that somebody else has renamed is given to its tables in the metadata.
     *
     * @throws SQLException also when another sink writes tables there, or the names do not fit what is there
     */
    public static Renamed rename(PipelineSink sink, String from, String to) throws SQLException {
        MetadataSchema metadata = sink.metadata();
        try (Connection connection = sink.connections().open()) {
            connection.setAutoCommit(false);
            refuseOthers(connection, sink, from);
            Map<TableId, DestinationTables.Entry> tables =
                    DestinationTables.of(connection, metadata, sink.connector().name());
            boolean isToThere = isThere(connection, to);
            if (isThere(connection, from)) {
                if (isToThere) {
                    throw new SQLException("There is a schema \"" + to + "\" beside \"" + from + "\" already, and"
                            + " nothing was changed. Name another, or drop or rename it if nobody needs it.");
                }
                refuseDoubles(connection, sink, from, to, to);
                try (Statement statement = connection.createStatement()) {
                    statement.execute(
                            "ALTER SCHEMA " + Identifiers.quote(from) + " RENAME TO " + Identifiers.quote(to));
                }
            } else if (!isToThere || in(from, tables).isEmpty()) {
                List<TableId> before = isToThere ? in(to, tables) : List.of();
                if (before.isEmpty()) {
                    throw new SQLException("There is no schema \"" + from + "\", and nothing was changed.");
                }
                return new Renamed(When.BEFORE, before);
            } else {
                refuseDoubles(connection, sink, from, to, from);
            }
            for (String table : List.of(
                    metadata.tableState(),
                    metadata.tableStructure(),
                    metadata.stagedLoad(),
                    metadata.runLog(),
                    metadata.recordError())) {
                update(connection, "UPDATE " + table + " SET table_schema = ? WHERE table_schema = ?", to, from);
            }
            List<TableId> renamed = in(from, tables);
            for (TableId table : renamed) {
                renameStorage(connection, metadata, table, tables.get(table), to);
            }
            connection.commit();
            return new Renamed(When.NOW, renamed);
        }
    }

    private static List<TableId> in(String schema, Map<TableId, DestinationTables.Entry> tables) {
        return tables.keySet().stream()
                .filter(table -> table.schema().equals(schema))
                .toList();
    }

    private static boolean isThere(Connection connection, String schema) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = ?)")) {
            statement.setString(1, schema);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static void renameStorage(
            Connection connection, MetadataSchema metadata, TableId table, DestinationTables.Entry entry, String to)
            throws SQLException {
        String sql = "UPDATE " + metadata.tableState() + " SET storage_table = coalesce(?, storage_table),"
                + " previous_table = coalesce(?, previous_table) WHERE table_schema = ? AND table_name = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, moved(entry.stored(), table, to));
            statement.setString(2, moved(entry.previous(), table, to));
            statement.setString(3, to);
            statement.setString(4, table.name());
            statement.executeUpdate();
        }
    }

    private static String moved(Optional<TableId> stored, TableId table, String to) {
        return stored.filter(id -> id.schema().equals(table.schema()))
                .map(id -> new TableId(to, id.name()).toString())
                .orElse(null);
    }

    private static void refuseOthers(Connection connection, PipelineSink sink, String schema) throws SQLException {
        String sql = "SELECT DISTINCT connector FROM " + sink.metadata().tableState()
                + " WHERE table_schema = ? AND connector <> ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schema);
            statement.setString(2, sink.connector().name());
            try (ResultSet rows = statement.executeQuery()) {
                if (rows.next()) {
                    throw new SQLException("The sink " + rows.getString(1) + " writes tables of the schema too. Give"
                            + " its tables another schema first.");
                }
            }
        }
    }

    /**
     * Which of two rows of a table is the right one, only people know: a sink that was resumed after somebody had renamed
     * the schema has written the second one.
     *
     * @param gone the name that no schema has
     */
    private static void refuseDoubles(Connection connection, PipelineSink sink, String from, String to, String gone)
            throws SQLException {
        String sql = """
                SELECT table_name, connector FROM %1$s WHERE table_schema = ? AND table_name IN (
                    SELECT table_name FROM %1$s WHERE table_schema = ?)
                ORDER BY table_name""".formatted(sink.metadata().tableState());
        List<String> doubles = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, gone);
            statement.setString(2, gone.equals(from) ? to : from);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    doubles.add("'" + new TableId(gone, rows.getString(1)) + "' (sink " + rows.getString(2) + ")");
                }
            }
        }
        if (!doubles.isEmpty()) {
            throw new SQLException("Nothing was changed, because the metadata has tables under both names, \"" + from
                    + "\" and \"" + to
                    + "\": a sink has written them since somebody else renamed their schema. There is"
                    + " no schema \"" + gone + "\", so have what is known of them there forgotten: tablecast detach"
                    + " --sink NAME TABLE..., each with its sink stopped, of " + String.join(", ", doubles)
                    + ". Run this again then, and prove these tables by tablecast compare once the sink is resumed.");
        }
    }

    private static void update(Connection connection, String sql, String to, String from) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, to);
            statement.setString(2, from);
            statement.executeUpdate();
        }
    }
}
