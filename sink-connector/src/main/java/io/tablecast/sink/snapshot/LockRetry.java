// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something that needs to lock readers out, without making new readers wait long: each attempt waits for its locks for
 * the timeout at most, under a savepoint, and then lets everybody pass before the next one.
 */
final class LockRetry {

    private static final Logger LOG = LoggerFactory.getLogger(LockRetry.class);

    private static final Set<String> IN_THE_WAY = Set.of("55P03", "40P01");
    private static final long SHORTEST_REST_MS = 100;
    private static final long LONGEST_REST_MS = 5_000;
    private static final int ATTEMPTS_PER_WARNING = 20;

    private final Connection connection;
    private final Duration timeout;
    private final RowQueue queue;

    /** Retries on a connection that is inside a transaction, until the queue is closed. */
    LockRetry(Connection connection, Duration timeout, RowQueue queue) {
        this.connection = connection;
        this.timeout = timeout;
        this.queue = queue;
    }

    /** What is tried; it is begun again from its start. */
    interface Attempt<T> {
        T run() throws SQLException;
    }

    <T> T run(TableId table, Attempt<T> attempt) throws SQLException, InterruptedException {
        long rest = Math.max(SHORTEST_REST_MS, timeout.toMillis());
        for (int failures = 1; ; failures++) {
            queue.requireOpen();
            Savepoint before = connection.setSavepoint();
            try {
                Sql.execute(connection, "SET LOCAL lock_timeout = " + timeout.toMillis());
                T result = attempt.run();
                Sql.execute(connection, "SET LOCAL lock_timeout = 0");
                connection.releaseSavepoint(before);
                return result;
            } catch (SQLException e) {
                if (!IN_THE_WAY.contains(String.valueOf(e.getSQLState()))) {
                    throw e;
                }
                connection.rollback(before);
                if (failures % ATTEMPTS_PER_WARNING == 0) {
                    LOG.warn(
                            "The switch of {} waits for readers, {} attempts so far: {}",
                            table,
                            failures,
                            e.getMessage());
                }
            }
            queue.rest(rest);
            rest = Math.min(LONGEST_REST_MS, rest * 2);
        }
    }
}
