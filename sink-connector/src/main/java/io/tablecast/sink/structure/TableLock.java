// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * The advisory lock under which a destination table is created, altered, emptied and switched. Whoever wants to keep
 * Tablecast from doing so, in psql or in a program, takes the same lock:
 *
 * <pre>{@code SELECT pg_advisory_xact_lock(hashtextextended('tablecast:shop.orders', 0))}</pre>
 *
 * <p>The table stands there as in configurations: schema and name with a dot between them, a part that itself contains
 * a dot or a double quote in double quotes.
 */
public final class TableLock {

    private TableLock() {}

    /**
     * Waits for the lock and holds it until the transaction ends, or is rolled back to a savepoint before this call.
     * What was read of the table before must be read again: another task may have held the lock.
     *
     * @throws SQLException with SQLSTATE 55P03 if {@code lock_timeout} passes first
     */
    public static void acquire(Connection connection, TableId table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(?, 0))")) {
            statement.setString(1, "tablecast:" + table);
            statement.execute();
        }
    }
}
