// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import java.sql.SQLException;
import java.util.Set;

/**
 * What becomes of a failed statement. A source has two outcomes: try again, or stop the task.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL error codes</a>
 */
public enum SqlFailure {
    /** The connection, the server's state or other transactions were in the way: the same may succeed later. */
    RETRY,
    /** The same would fail again until somebody changes something. */
    STOP;

    private static final Set<String> TRANSIENT_CLASSES = Set.of(
            "08", // connection exception
            "53" // insufficient resources
            );
    private static final Set<String> TRANSIENT_STATES = Set.of(
            "57P01", // admin shutdown
            "57P02", // crash shutdown
            "57P03", // cannot connect now
            "57P05", // idle session timeout
            "25P03", // idle in transaction session timeout
            "25P04", // transaction timeout
            "57014", // query cancelled: a statement time-out, or an operator
            "40001", // serialization failure, also a standby's conflict with recovery
            "40P01", // deadlock detected
            "55P03", // lock not available
            "55006", // object in use
            "25006" // read-only transaction: a fail-over is under way
            );

    /** Decides from the SQLSTATE of the failure. */
    public static SqlFailure of(SQLException failure) {
        String state = failure.getSQLState();
        if (state == null || state.length() != 5) {
            return STOP;
        }
        boolean isTransient = TRANSIENT_CLASSES.contains(state.substring(0, 2)) || TRANSIENT_STATES.contains(state);
        return isTransient ? RETRY : STOP;
    }
}
