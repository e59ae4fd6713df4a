// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.source.postgres.OpenConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** Reads the rows of one query one by one from the wire, however many there are. Thread-safe. */
record RowStream(OpenConnections connections) {

    private static final int SCALAR_BYTES = 8;

    /** Reads to the end; the connection, one of the stream's, is of no use after a failure. */
    void read(Connection connection, String query, Clause where, Handler handler)
            throws SQLException, InterruptedException {
        try (PreparedStatement statement =
                connection.prepareStatement(query, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            where.bind(statement);
            // How the driver is told not to hold the whole result in memory.
            statement.setFetchSize(Integer.MIN_VALUE);
            try (ResultSet result = statement.executeQuery()) {
                readWhole(connection, result, handler);
            }
        }
    }

    private void readWhole(Connection connection, ResultSet result, Handler handler)
            throws SQLException, InterruptedException {
        boolean isWhole = false;
        try {
            while (result.next()) {
                handler.row(result);
            }
            isWhole = true;
        } finally {
            if (!isWhole) {
                // Closing the result would read it to its end.
                connections.cut(connection);
            }
        }
    }

    /** About how many bytes a row has. */
    static long weight(Struct row) {
        long weight = 0;
        for (Field field : row.schema().fields()) {
            Object value = row.get(field);
            if (value instanceof byte[] binary) {
                weight += binary.length;
            } else if (value instanceof String text) {
                weight += text.length();
            } else if (value instanceof Struct inner) {
                weight += weight(inner);
            } else {
                weight += SCALAR_BYTES;
            }
        }
        return weight;
    }

    /** Takes the rows. */
    @FunctionalInterface
    interface Handler {
        /** @param row stands at the row */
        void row(ResultSet row) throws SQLException, InterruptedException;
    }
}
