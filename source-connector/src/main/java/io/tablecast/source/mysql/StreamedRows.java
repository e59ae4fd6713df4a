// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.snapshot.CopyRecords;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** Reads all rows of a table by one query, row by row from the wire, and hands them on in batches. Used by one thread. */
final class StreamedRows {

    private static final int ROWS = 1000;
    private static final long BYTES = 1 << 20;
    private static final int SCALAR_BYTES = 8;

    private final TableLayout layout;
    private final String condition;
    private final CopyRecords records;
    private final OpenConnections connections;
    private List<Struct> rows = new ArrayList<>(ROWS);
    private long bytes;

    /**
     * Prepares the reading.
     *
     * @param condition which rows to read, empty for all
     * @param connections that the connection in use is one of
     */
    StreamedRows(TableLayout layout, String condition, CopyRecords records, OpenConnections connections) {
        this.layout = layout;
        this.condition = condition;
        this.records = records;
        this.connections = connections;
    }

    /** Reads to the end; the connection is of no use after a failure. */
    void read(Connection connection) throws SQLException, InterruptedException {
        try (Statement statement =
                connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            // How the driver is told not to hold the whole result in memory.
            statement.setFetchSize(Integer.MIN_VALUE);
            try (ResultSet result = statement.executeQuery(query())) {
                readWhole(connection, result);
            }
        }
    }

    private void readWhole(Connection connection, ResultSet result) throws SQLException, InterruptedException {
        boolean isWhole = false;
        try {
            while (result.next()) {
                add(layout.row(result));
            }
            handOn();
            isWhole = true;
        } finally {
            if (!isWhole) {
                // Closing the result would read it to its end.
                connections.cut(connection);
            }
        }
    }

    /** A line of its own ends the condition, which may end in a comment. */
    private String query() {
        return "SELECT " + layout.selectList() + " FROM " + layout.quotedName()
                + (condition.isEmpty() ? "" : " WHERE (" + condition + "\n)");
    }

    private void add(Struct row) throws InterruptedException {
        rows.add(row);
        bytes += weight(row);
        if (rows.size() >= ROWS || bytes >= BYTES) {
            handOn();
        }
    }

    private void handOn() throws InterruptedException {
        if (rows.isEmpty()) {
            return;
        }
        records.add(rows, bytes);
        rows = new ArrayList<>(ROWS);
        bytes = 0;
    }

    private static long weight(Struct row) {
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
}
