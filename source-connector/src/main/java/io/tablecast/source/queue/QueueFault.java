// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.source.postgres.SqlFailure;
import java.sql.SQLException;
import java.util.Set;

/** Whom the failure of a query about one queue concerns. */
enum QueueFault {
    /** Somebody has locked the table or its queue. */
    LOCKED,
    /** Somebody has removed or changed what was there a moment ago, or what a condition asks for. */
    CHANGED_MEANWHILE,
    /** It may pass, and whatever is in the way is in the way of all tables. */
    OF_ALL_TABLES,
    /** It stays until somebody mends something. */
    OF_THE_TABLE;

    /** Undefined table, schema, column and function. */
    private static final Set<String> UNDEFINED = Set.of("42P01", "3F000", "42703", "42883");

    static QueueFault of(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        if (state.equals(SourceLock.NOT_AVAILABLE)) {
            return LOCKED;
        }
        if (UNDEFINED.contains(state)) {
            return CHANGED_MEANWHILE;
        }
        return SqlFailure.of(failure) == SqlFailure.RETRY ? OF_ALL_TABLES : OF_THE_TABLE;
    }
}
