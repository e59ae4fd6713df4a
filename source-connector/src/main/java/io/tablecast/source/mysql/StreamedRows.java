// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.source.snapshot.CopyRecords;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Struct;

/** Reads the rows of a copy by one query, and hands them on in batches. Used once, by one thread. */
final class StreamedRows {

    private static final int ROWS = 1000;
    private static final long BYTES = 1 << 20;

    private final TableLayout layout;
    private final Clause where;
    private final CopyRecords records;
    private final RowStream stream;
    private List<Struct> rows = new ArrayList<>(ROWS);
    private long bytes;

    /** @param where which rows to read */
    StreamedRows(TableLayout layout, Clause where, CopyRecords records, RowStream stream) {
        this.layout = layout;
        this.where = where;
        this.records = records;
        this.stream = stream;
    }

    /** Reads to the end; the connection is of no use after a failure. */
    void read(Connection connection) throws SQLException, InterruptedException {
        String query = "SELECT " + layout.selectList() + " FROM " + layout.quotedName() + " WHERE " + where.text();
        stream.read(connection, query, where, result -> add(layout.row(result)));
        handOn();
    }

    private void add(Struct row) throws InterruptedException {
        rows.add(row);
        bytes += RowStream.weight(row);
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
}
