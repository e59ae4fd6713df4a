// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresOptions.Durability;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** How the database servers of all pipelines are set. */
final class Servers {

    private Servers() {}

    /** With fsync, as in production, and room for what a benchmark writes. */
    static PostgresOptions durablePostgres() {
        return PostgresOptions.defaults()
                .withDurability(Durability.MACHINE_CRASH)
                .withSetting("wal_level", "logical")
                .withSetting("shared_buffers", "512MB")
                .withSetting("max_wal_size", "4GB");
    }

    /** The server's first process, which is the parent of each session's. */
    static long pid(PostgresServer server) {
        Database maintenance = server.database("postgres");
        try (Connection connection = maintenance.connection();
                Statement statement = connection.createStatement();
                ResultSet session = statement.executeQuery("SELECT pg_backend_pid()")) {
            session.next();
            return ProcessHandle.of(session.getLong(1))
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow(() -> new IllegalStateException(
                            server + " does not run on this machine, so its processor time cannot be told."))
                    .pid();
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot ask " + server + " for its process", e);
        }
    }
}
