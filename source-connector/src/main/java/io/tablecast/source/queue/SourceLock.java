// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The lock that every reading statement takes anyway, taken before the transaction's snapshot: between the two nobody
 * can rewrite or truncate the table, which would make it look empty to the snapshot.
 *
 * @see <a href="https://www.postgresql.org/docs/current/mvcc-caveats.html">Caveats</a>
 */
final class SourceLock {

    /** SQLSTATE lock_not_available: try again. */
    static final String NOT_AVAILABLE = "55P03";

    private static final String PATIENCE = "2s";

    private SourceLock() {}

    /**
     * Locks a table and its partitions or children until the transaction ends.
     *
     * @throws SQLException with {@link #NOT_AVAILABLE} when somebody changes the table for longer
     */
    static void take(Connection connection, TableId table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '" + PATIENCE + "'");
            statement.execute("LOCK TABLE " + Identifiers.quote(table) + " IN ACCESS SHARE MODE");
        }
    }
}
