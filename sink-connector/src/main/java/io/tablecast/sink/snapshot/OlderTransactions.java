// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * The transactions of this database that run at one moment and may have taken their snapshot before it. Later ones see
 * all that is committed then. Sessions of this connector, and others of Tablecast's that write, are left out, since they do
 * not read what is loaded.
 *
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-locks.html">pg_locks: every transaction holds a lock on its
 *     virtual transaction id, and everybody may see it</a>
 */
final class OlderTransactions {

    static final OlderTransactions NONE = new OlderTransactions(List.of());

    private static final long POLL_MS = 100;

    // Who holds no snapshot between two statements takes a new one. Other sinks load as this one does and read nothing
    // of it: a
    // session of Tablecast's that has written is one. What other users' sessions do is hidden without
    // pg_read_all_stats; a
    // hidden one counts as a reader.
    private static final String MAY_READ = """
            FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'virtualxid' AND l.mode = 'ExclusiveLock' AND l.granted
              AND (a.state IS NULL OR a.backend_xmin IS NOT NULL)
              AND NOT (coalesce(a.application_name, '') LIKE 'tablecast/%' AND a.backend_xid IS NOT NULL)
            """;

    private static final String RUNNING = "SELECT l.virtualxid\n" + MAY_READ + """
              AND a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
              AND coalesce(a.backend_type, '') <> 'autovacuum worker'
              AND coalesce(a.application_name, '') <> pg_catalog.current_setting('application_name')
            """;

    private static final String LEFT = "SELECT pg_catalog.count(*)\n" + MAY_READ + "  AND l.virtualxid = ANY (?)";

    private final List<String> ids;

    private OlderTransactions(List<String> ids) {
        this.ids = List.copyOf(ids);
    }

    static OlderTransactions of(Connection connection) throws SQLException {
        return new OlderTransactions(Sql.query(connection, RUNNING, row -> row.getString(1)));
    }

    /** Waits until none of them reads by its old snapshot, and returns how many still may after the limit. */
    int await(Connection connection, Duration limit, RowQueue queue) throws SQLException, InterruptedException {
        if (ids.isEmpty()) {
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
        return Sql.query(connection, LEFT, row -> row.getInt(1), connection.createArrayOf("text", ids.toArray()))
                .get(0);
    }
}
