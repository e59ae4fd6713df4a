// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Transactions as the readers need them. */
public final class Transactions {

    /** How long statements wait for a lock: a table that somebody has locked must not keep a thread from the others. */
    public static final String LOCK_PATIENCE = "2s";

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

    /**
     * Lets other transactions see what this one sees, for as long as it is open.
     *
     * @return the name of the snapshot, for {@link #beginSnapshot(Connection, String)}
     * @see <a href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION">Snapshot
     *     synchronization</a>
     */
    public static String exportSnapshot(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT pg_catalog.pg_export_snapshot()")) {
            result.next();
            return result.getString(1);
        }
    }

    /** The same as {@link #beginSnapshot(Connection)}, but what it sees is what another transaction has exported. */
    public static void beginSnapshot(Connection connection, String exported) throws SQLException {
        beginSnapshot(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION SNAPSHOT " + Literals.quote(exported));
        }
    }
}
