// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/** Transactions as the readers need them. */
public final class Transactions {

    private Transactions() {}

    /**
     * Ends autocommit and begins a read-only transaction that sees one state of the database throughout: the one at its
     * first query. It ends with the connection, or by rollback.
     */
    public static void beginSnapshot(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
    }
}
