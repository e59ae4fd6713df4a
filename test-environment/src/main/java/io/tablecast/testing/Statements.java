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

/** Statements of tests, each call on a connection of its own. */
final class Statements {
    private final ConnectionSource connections;
    private final String url;

    /** @param url names the database in messages */
    Statements(ConnectionSource connections, String url) {
        this.connections = connections;
        this.url = url;
    }

    void execute(String... statements) {
        try (Connection connection = connections.open()) {
            for (String sql : statements) {
                execute(connection, sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot connect to " + url + ": " + e.getMessage(), e);
        }
    }

    List<List<String>> rows(String query) {
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement();
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
        } catch (SQLException e) {
            throw failure(query, e);
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
