// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Statements of tests, each call on a connection that no other call uses meanwhile. */
final class Statements implements AutoCloseable {
    private static final int SECONDS_TO_ANSWER = 5;
    private static final int FIRST_TO_COUNT_ON_DEMAND = 15;

    private final ConnectionSource connections;
    private final String url;
    private final Keeping keeping;
    private final AtomicReference<Connection> idle = new AtomicReference<>();

    /** @param url names the database in messages */
    Statements(ConnectionSource connections, String url, Keeping keeping) {
        this.connections = connections;
        this.url = url;
        this.keeping = keeping;
    }

    /** What is kept between two calls. */
    enum Keeping {
        NOTHING,
        /**
         * A connection to PostgreSQL: tests that wait for something ask again and again, and connecting takes many times as
         * long as asking. Whoever chooses this closes the statements.
         */
        ONE_CONNECTION
    }

    void execute(String... statements) {
        try {
            Connection connection = idleOrNew();
            boolean isKept = false;
            try {
                for (String sql : statements) {
                    execute(connection, sql);
                }
                isKept = isAsNew(connection) && idle.compareAndSet(null, connection);
            } finally {
                if (!isKept) {
                    connection.close();
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot connect to " + url + ": " + e.getMessage(), e);
        }
    }

    List<List<String>> rows(String query) {
        try {
            Connection connection = idleOrNew();
            boolean isKept = false;
            try {
                List<List<String>> rows = rows(connection, query);
                isKept = keeping == Keeping.ONE_CONNECTION && idle.compareAndSet(null, connection);
                return rows;
            } finally {
                if (!isKept) {
                    connection.close();
                }
            }
        } catch (SQLException e) {
            throw failure(query, e);
        }
    }

    /** Whether nothing that a session was told, such as its role, reaches the next statements, or waits for its end. */
    private boolean isAsNew(Connection connection) throws SQLException {
        if (keeping == Keeping.NOTHING
                || connection.getMetaData().getDatabaseMajorVersion() < FIRST_TO_COUNT_ON_DEMAND) {
            return false;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("DISCARD ALL");
            // Otherwise what was changed is counted ten seconds later, when the session has been idle for so long.
            statement.execute("SELECT pg_stat_force_next_flush()");
            return true;
        } catch (SQLException inTransactionOrGone) {
            return false;
        }
    }

    // Gone after a restart of the server.
    private Connection idleOrNew() throws SQLException {
        Connection kept = idle.getAndSet(null);
        if (kept == null) {
            return connections.open();
        }
        if (kept.isValid(SECONDS_TO_ANSWER)) {
            return kept;
        }
        kept.close();
        return connections.open();
    }

    private static List<List<String>> rows(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            List<List<String>> rows = new ArrayList<>();
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>(columns);
                for (int column = 1; column <= columns; column++) {
                    row.add(result.getString(column));
                }
                rows.add(Collections.unmodifiableList(row));
            }
            return rows;
        }
    }

    @Override
    public void close() {
        Connection kept = idle.getAndSet(null);
        if (kept == null) {
            return;
        }
        try {
            kept.close();
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot close the connection to " + url, e);
        }
    }

    String value(String query) {
        List<List<String>> rows = rows(query);
        if (rows.size() != 1 || rows.get(0).size() != 1) {
            throw new IllegalStateException("Not one value, but " + rows.size() + " rows: " + query);
        }
        return rows.get(0).get(0);
    }

    private void execute(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failure(sql, e);
        }
    }

    private IllegalStateException failure(String sql, SQLException e) {
        return new IllegalStateException("In " + url + ": " + e.getMessage() + "\n" + sql, e);
    }

    /** Opens a connection that the caller closes. */
    interface ConnectionSource {
        Connection open() throws SQLException;
    }
}
