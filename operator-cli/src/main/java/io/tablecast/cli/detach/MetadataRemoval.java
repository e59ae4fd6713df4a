// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.detach;

import io.tablecast.sink.metadata.MetadataSchema;
import io.tablecast.sink.postgres.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Takes away what sinks keep in a destination, once none uses it. Queues of sources in the same schema stay. */
final class MetadataRemoval {
    private static final List<String> VIEWS = List.of("failure", "run_history", "table_lag");
    private static final List<String> TABLES = List.of(
            "staged_load", "table_structure", "record_error", "run_log", "table_state", "sink_offset", "sink_version");

    private MetadataRemoval() {}

    /**
     * Removes it in the caller's transaction, if it is of no sink any more.
     *
     * @return whether it was removed
     */
    static boolean of(Connection connection, MetadataSchema schema) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // A sink that starts in this moment waits, and then makes its own.
            statement.execute(
                    "LOCK TABLE " + schema.sinkOffset() + ", " + schema.tableState() + " IN ACCESS EXCLUSIVE MODE");
            if (isUsed(statement, schema)) {
                return false;
            }
            for (String view : VIEWS) {
                statement.execute("DROP VIEW IF EXISTS " + name(schema, view));
            }
            for (String table : TABLES) {
                statement.execute("DROP TABLE IF EXISTS " + name(schema, table));
            }
            statement.execute("DROP SEQUENCE IF EXISTS " + schema.sinkEpoch());
        }
        if (isEmpty(connection, schema)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("DROP SCHEMA " + schema.quoted());
            }
        }
        return true;
    }

    private static boolean isUsed(Statement statement, MetadataSchema schema) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT EXISTS (SELECT FROM " + schema.sinkOffset()
                + ") OR EXISTS (SELECT FROM " + schema.tableState() + ")")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static boolean isEmpty(Connection connection, MetadataSchema schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_class WHERE relnamespace = space.oid)
                   AND NOT EXISTS (SELECT FROM pg_catalog.pg_proc WHERE pronamespace = space.oid)
                   AND NOT EXISTS (SELECT FROM pg_catalog.pg_type WHERE typnamespace = space.oid)
                FROM pg_catalog.pg_namespace AS space WHERE space.nspname = ?""")) {
            statement.setString(1, schema.name());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static String name(MetadataSchema schema, String relation) {
        return schema.quoted() + "." + Identifiers.quote(relation);
    }
}
