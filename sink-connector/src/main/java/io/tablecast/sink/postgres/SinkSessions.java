// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Tells the sessions with which sinks write from all others, for sinks of every connector and every role: each holds one
 * advisory lock, shared, until it ends. Who holds which locks everybody may see; what a session of another role is doing,
 * nobody.
 *
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-locks.html">pg_locks: how a lock by two numbers stands
 *     there</a>
 */
public final class SinkSessions {

    // "tabl" and "sink" as numbers.
    private static final int TABLECAST = 0x7461626c;
    private static final int SINK = 0x73696e6b;

    // Somebody who holds the lock for himself must not keep a sink from writing.
    private static final String MARK =
            "SELECT pg_catalog.pg_try_advisory_lock_shared(%d, %d)".formatted(TABLECAST, SINK);

    /** A query of their process ids. */
    public static final String PIDS = """
            SELECT pid FROM pg_catalog.pg_locks
            WHERE locktype = 'advisory' AND classid = %d AND objid = %d AND objsubid = 2 AND granted AND pid IS NOT NULL""".formatted(TABLECAST, SINK);

    private SinkSessions() {}

    /** Makes a session one of them. */
    public static void mark(Connection connection) throws SQLException {
        Sql.execute(connection, MARK);
    }
}
