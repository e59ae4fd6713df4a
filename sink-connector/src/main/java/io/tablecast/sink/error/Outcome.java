// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.error;

import java.sql.SQLException;
import java.util.Set;

/**
 * What becomes of a failed statement: there are these three, decided here and nowhere else.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL error codes</a>
 */
public enum Outcome {
    /** The connection, the server's state or other sessions were in the way: the same may succeed later. */
    RETRY,
    /** A value of one record was refused; without that record the rest succeeds. */
    REJECT_RECORD,
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
            "40001", // serialization failure
            "40P01", // deadlock detected
            "55P03", // lock not available
            "25006", // read only transaction: a standby that is being promoted, or a fail-over under way
            "58030" // I/O error
            );
    private static final Set<String> RECORD_CLASSES = Set.of(
            "22", // data exception
            "23" // integrity constraint violation
            );
    private static final Set<String> RECORD_STATES = Set.of(
            "42804", // datatype mismatch
            "44000" // with check option violation
            );

    /** Decides from the SQLSTATE of the failure. */
    public static Outcome of(SQLException failure) {
        return ofState(failure.getSQLState());
    }

    static Outcome ofState(String state) {
        if (state == null || state.length() != 5) {
            return STOP;
        }
        String stateClass = state.substring(0, 2);
        if (TRANSIENT_CLASSES.contains(stateClass) || TRANSIENT_STATES.contains(state)) {
            return RETRY;
        }
        if (RECORD_CLASSES.contains(stateClass) || RECORD_STATES.contains(state)) {
            return REJECT_RECORD;
        }
        return STOP;
    }
}
