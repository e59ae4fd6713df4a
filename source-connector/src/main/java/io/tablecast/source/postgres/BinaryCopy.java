// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import io.tablecast.contract.type.CopyReader;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Reads the result of a query by {@code COPY ... TO STDOUT (FORMAT binary)}, row by row and without keeping it.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY</a>
 */
public final class BinaryCopy {

    private BinaryCopy() {}

    /**
     * Hands each row of the query to the handler, in the order in which the server sends them. A handler that throws
     * ends the query at the server.
     *
     * @param query a SELECT whose columns are those that the handler expects; it cannot have parameters
     * @return how many rows there were
     */
    public static long read(Connection connection, String query, RowHandler handler)
            throws SQLException, InterruptedException {
        CopyOut copy = begin(connection, query);
        try {
            return rows(copy, handler);
        } catch (SQLException | InterruptedException | RuntimeException failure) {
            cancel(copy, failure);
            throw failure;
        }
    }

    /**
     * Hands each row of the query to the handler as the server sends it.
     *
     * @param query a SELECT; it cannot have parameters
     */
    public static void readRaw(Connection connection, String query, RawRowHandler handler)
            throws SQLException, InterruptedException {
        CopyOut copy = begin(connection, query);
        try {
            CopyReader reader = new CopyReader();
            byte[] message = copy.readFromCopy();
            while (message != null) {
                int start = reader.rowStart(message);
                if (start >= 0) {
                    handler.row(message, start);
                }
                message = copy.readFromCopy();
            }
        } catch (SQLException | InterruptedException | RuntimeException failure) {
            cancel(copy, failure);
            throw failure;
        }
    }

    private static CopyOut begin(Connection connection, String query) throws SQLException {
        return connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (" + query + "\n) TO STDOUT (FORMAT binary)");
    }

    private static long rows(CopyOut copy, RowHandler handler) throws SQLException, InterruptedException {
        CopyReader reader = new CopyReader();
        long rows = 0;
        byte[] message = copy.readFromCopy();
        while (message != null) {
            if (reader.next(message)) {
                handler.row(reader, message.length);
                rows++;
            }
            message = copy.readFromCopy();
        }
        return rows;
    }

    private static void cancel(CopyOut copy, Exception failure) {
        if (!copy.isActive()) {
            return;
        }
        try {
            copy.cancelCopy();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    /** Takes rows as they are. */
    @FunctionalInterface
    public interface RawRowHandler {
        /**
         * Takes one row.
         *
         * @param message holds the row from {@code start} to its end, in COPY's binary format
         */
        void row(byte[] message, int start) throws InterruptedException;
    }

    /** Takes rows. */
    @FunctionalInterface
    public interface RowHandler {
        /**
         * Takes one row.
         *
         * @param row stands on the row; it is used again for the next one
         * @param bytes what the row weighed on the wire
         */
        void row(CopyReader row, int bytes) throws SQLException, InterruptedException;
    }
}
