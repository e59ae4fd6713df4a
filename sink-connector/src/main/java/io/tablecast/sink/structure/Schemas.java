// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Schemas of the destination. */
public final class Schemas {

    static final String INSUFFICIENT_PRIVILEGE = "42501";

    private Schemas() {}

    /**
     * Creates the table's schema if it is not there; needs no privilege if it is. Two tasks may do so at the same time: the
     * later one waits until the earlier one's transaction ends, so that transaction should be short.
     *
     * @throws StructureMismatch if the role may not create it
     */
    public static void ensure(Connection connection, TableId table) throws SQLException {
        String schema = table.schema();
        if (exists(connection, schema)) {
            return;
        }
        try (PreparedStatement lock = connection.prepareStatement(
                "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(?, 0))")) {
            lock.setString(1, "tablecast schema:" + schema);
            lock.execute();
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS " + Identifiers.quote(schema));
        } catch (SQLException e) {
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                throw new StructureMismatch(
                        table,
                        "its schema does not exist, and the connector's role may not create it: " + e.getMessage(),
                        "Create the schema and grant USAGE and CREATE on it, or grant CREATE on the database.",
                        e);
            }
            throw e;
        }
    }

    private static boolean exists(Connection connection, String schema) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = ?)")) {
            statement.setString(1, schema);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getBoolean(1);
            }
        }
    }
}
