// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What a query returns, to be compared with what another one returns, perhaps on another server. Nothing is read until
 * then.
 *
 * @param query without ORDER BY: rows are compared as a bag, whatever their order
 */
public record TableContents(Database database, String query) {
    /** Text forms must not depend on the settings of a server, database or role. */
    private static final String UNIFORM_TEXT = """
            SET TimeZone = 'UTC';
            SET DateStyle = 'ISO, YMD';
            SET IntervalStyle = 'postgres';
            SET bytea_output = 'hex';
            SET extra_float_digits = 1;
            SET lc_monetary = 'C'
            """;

    private static final int FETCH_ROWS = 5_000;

    /** All columns of a table or view, its name as in SQL. */
    public static TableContents ofTable(Database database, String table) {
        return new TableContents(database, "SELECT * FROM " + table);
    }

    /** Reads the rows as text in the byte order of that text. The caller closes the cursor. */
    Cursor open() throws SQLException {
        Connection connection = database.connection();
        try {
            return new Cursor(connection);
        } catch (SQLException | RuntimeException e) {
            try {
                connection.close();
            } catch (SQLException onClose) {
                e.addSuppressed(onClose);
            }
            throw e;
        }
    }

    @Override
    public String toString() {
        return query + " in " + database;
    }

    final class Cursor implements AutoCloseable {
        private final Connection connection;
        private final List<String> columns;
        private final ResultSet rows;
        private long count;

        private Cursor(Connection connection) throws SQLException {
            this.connection = connection;
            connection.setAutoCommit(false);
            Statement statement = connection.createStatement();
            statement.execute(UNIFORM_TEXT);
            columns = columns(statement);
            statement.setFetchSize(FETCH_ROWS);
            rows = statement.executeQuery(
                    "SELECT compared_row::text COLLATE \"C\" FROM (" + query + ") AS compared_row ORDER BY 1");
        }

        List<String> columns() {
            return columns;
        }

        /** How many rows were read so far. */
        long count() {
            return count;
        }

        boolean next() throws SQLException {
            if (!rows.next()) {
                return false;
            }
            count++;
            return true;
        }

        /** The current row in PostgreSQL's notation of composite values, such as {@code (1,"a b",)}. */
        String row() throws SQLException {
            return rows.getString(1);
        }

        /** Closes the connection and with it everything read over it. */
        @Override
        public void close() throws SQLException {
            connection.close();
        }

        private List<String> columns(Statement statement) throws SQLException {
            try (ResultSet none = statement.executeQuery("SELECT * FROM (" + query + ") AS compared_row LIMIT 0")) {
                ResultSetMetaData metaData = none.getMetaData();
                List<String> names = new ArrayList<>();
                for (int column = 1; column <= metaData.getColumnCount(); column++) {
                    names.add(metaData.getColumnName(column));
                }
                return List.copyOf(names);
            }
        }
    }
}
