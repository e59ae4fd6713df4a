// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import io.tablecast.contract.type.CopyReader;
import io.tablecast.source.postgres.BinaryCopy;
import io.tablecast.source.postgres.RowDecoder;
import io.tablecast.source.postgres.SourceTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Struct;

/** Decodes the rows of one connection and hands them on in batches. Used by one thread. */
final class RowBatches implements CopyTarget.Reader {

    private static final int ROWS = 1000;
    private static final long BYTES = 1 << 20;

    private final CopyRecords records;
    private final RowDecoder decoder;
    private List<Struct> rows = new ArrayList<>(ROWS);
    private long bytes;

    RowBatches(SourceTable table, CopyRecords records) {
        this.records = records;
        this.decoder = new RowDecoder(table);
    }

    @Override
    public void read(Connection connection, String query) throws SQLException, InterruptedException {
        BinaryCopy.read(connection, query, this::row);
        handOn();
    }

    private void row(CopyReader row, int rowBytes) throws InterruptedException {
        rows.add(decoder.decode(row, 0));
        bytes += rowBytes;
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
