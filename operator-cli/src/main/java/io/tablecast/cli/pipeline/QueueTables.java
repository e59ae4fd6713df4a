// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.pipeline;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** The queue tables in a source database. */
record QueueTables(String schema) {

    /** The quoted name of each table's queue; empty where none was ever set up. */
    Map<TableId, String> read(Connection connection) throws SQLException {
        String registry = Identifiers.quote(new TableId(schema, "queue"));
        Map<TableId, String> queues = new HashMap<>();
        if (!exists(connection, registry)) {
            return queues;
        }
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT table_schema, table_name, queue_name FROM " + registry);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                queues.put(
                        new TableId(rows.getString(1), rows.getString(2)),
                        Identifiers.quote(new TableId(schema, rows.getString(3))));
            }
        }
        return queues;
    }

    private static boolean exists(Connection connection, String registry) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            statement.setString(1, registry);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
