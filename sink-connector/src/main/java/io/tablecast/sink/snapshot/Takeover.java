// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the load that an earlier owner of the table left running. */
final class Takeover {

    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);
    private static final int PATIENCE_MS = 10_000;

    private Takeover() {}

    /** The backend of a connection. */
    static LoadBackend backend(Connection connection) throws SQLException {
        return Sql.query(
                        connection,
                        "SELECT pid, backend_start FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid()",
                        row -> new LoadBackend(row.getInt(1), row.getObject(2, java.time.OffsetDateTime.class)))
                .get(0);
    }

    /** Ends the load that the registry knows of, if its backend still runs, and waits until it is gone. */
    static void endPredecessor(Connection connection, LoadRegistry registry, TableId table) throws SQLException {
        Optional<LoadBackend> predecessor = registry.running(connection, table);
        if (predecessor.isEmpty()) {
            return;
        }
        LoadBackend backend = predecessor.get();
        List<Boolean> ended = Sql.query(
                connection,
                "SELECT pg_catalog.pg_terminate_backend(pid, ?) FROM pg_catalog.pg_stat_activity"
                        + " WHERE pid = ? AND backend_start = ?",
                row -> row.getBoolean(1),
                (long) PATIENCE_MS,
                backend.pid(),
                backend.startedAt());
        if (ended.contains(false)) {
            // 55P03, lock not available: to be tried again.
            throw new SQLTransientException(
                    "An earlier load of " + table + " (process " + backend.pid() + ") does not end", "55P03");
        }
        if (!ended.isEmpty()) {
            LOG.info("Ended an earlier load of {} (process {})", table, backend.pid());
        }
    }
}
