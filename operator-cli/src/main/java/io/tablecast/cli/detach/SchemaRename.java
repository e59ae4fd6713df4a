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
     * Renames it in one transaction.
     *
     * @return the tables of the sink in it
     * @throws SQLException also when another sink writes tables there
     */
    public static List<TableId> rename(PipelineSink sink, String from, String to) throws SQLException {
        MetadataSchema metadata = sink.metadata();
        try (Connection connection = sink.connections().open()) {
            connection.setAutoCommit(false);
            refuseOthers(connection, sink, from);
            Map<TableId, DestinationTables.Entry> tables =
                    DestinationTables.of(connection, metadata, sink.connector().name());
            try (Statement statement = connection.createStatement()) {
                statement.execute("ALTER SCHEMA " + Identifiers.quote(from) + " RENAME TO " + Identifiers.quote(to));
            }
            for (String table : List.of(
                    metadata.tableState(),
                    metadata.tableStructure(),
                    metadata.stagedLoad(),
                    metadata.runLog(),
                    metadata.recordError())) {
                update(connection, "UPDATE " + table + " SET table_schema = ? WHERE table_schema = ?", to, from);
            }
            List<TableId> renamed = new ArrayList<>();
            for (Map.Entry<TableId, DestinationTables.Entry> table : tables.entrySet()) {
                if (table.getKey().schema().equals(from)) {
                    renamed.add(table.getKey());
                    renameStorage(connection, metadata, table.getKey(), table.getValue(), to);
                }
            }
            connection.commit();
            return renamed;
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

    private static void update(Connection connection, String sql, String to, String from) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, to);
            statement.setString(2, from);
            statement.executeUpdate();
        }
    }
}
