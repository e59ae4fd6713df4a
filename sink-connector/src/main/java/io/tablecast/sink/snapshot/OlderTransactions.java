// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.sink.postgres.SinkSessions;
import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * The transactions of this database that read by a snapshot at one moment. Later snapshots see all that is committed then.
 * Left out are the sessions of sinks, whatever their connector or role: they do not read what others load, and would wait
 * for each other; and the server's own, such as autovacuum.
 *
 * <p>Everything is asked on a connection in autocommit mode. In a transaction PostgreSQL tells for ever what its sessions
 * did when it was asked first, and the transaction would be one that others wait for.
 *
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-locks.html">pg_locks: every transaction holds a lock on its
 *     virtual transaction id, and everybody may see it</a>
 * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html">Viewing statistics: what sessions do is the
 *     same throughout a transaction</a>
 */
final class OlderTransactions {

    private static final long POLL_MS = 100;

    // Who holds no snapshot between two statements takes a new one. Everybody may see whether a session holds one, but
    // not its state or kind; the server's own have no user.
    private static final String MAY_READ = """
            FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.granted
              AND a.datname = pg_catalog.current_database() AND a.usesysid IS NOT NULL AND a.backend_xmin IS NOT NULL
              AND coalesce(a.leader_pid, a.pid) NOT IN (%s)
            """.formatted(SinkSessions.PIDS);

    private static final String RUNNING = "SELECT l.virtualxid, l.pid\n" + MAY_READ;

    private static final String LEFT = "SELECT pg_catalog.count(*)\n" + MAY_READ + "  AND l.virtualxid = ANY (?)";

    private final List<Running> running;

    private OlderTransactions(List<Running> running) {
        this.running = List.copyOf(running);
    }

    private record Running(String id, int process) {}

    /** Those of now. */
    static OlderTransactions of(Connection connection) throws SQLException {
        return new OlderTransactions(
                Sql.query(connection, RUNNING, row -> new Running(row.getString(1), row.getInt(2))));
    }

    /** The process ids of their sessions. */
    List<Integer> processes() {
        return running.stream().map(Running::process).toList();
    }

    /** Waits until none of them reads by its old snapshot, and returns how many still may after the limit. */
    int await(Connection connection, Duration limit, RowQueue queue) throws SQLException, InterruptedException {
        if (running.isEmpty()) {
            return 0;
        }
        long start = System.nanoTime();
        while (true) {
            int left = left(connection);
            if (left == 0 || System.nanoTime() - start >= limit.toNanos()) {
                return left;
            }
            queue.rest(POLL_MS);
        }
    }

    private int left(Connection connection) throws SQLException {
        Object[] ids = running.stream().map(Running::id).toArray();
        return Sql.query(connection, LEFT, row -> row.getInt(1), connection.createArrayOf("text", ids))
                .get(0);
    }
}
