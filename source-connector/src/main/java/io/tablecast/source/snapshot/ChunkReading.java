// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import io.tablecast.source.postgres.BinaryCopy;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;

/** Gathers the rows of one connection into chunks, without looking at them. Used by one thread. */
final class ChunkReading implements CopyTarget.Reader {

    /** Kafka takes records of a megabyte unless told otherwise, and JSON makes four bytes of three. */
    private static final int CHUNK_BYTES = 640 * 1024;

    private static final int USUAL_ROW_BYTES = 8 * 1024;

    private final ChunkRecords records;
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream(CHUNK_BYTES + USUAL_ROW_BYTES);
    private long rows;

    ChunkReading(ChunkRecords records) {
        this.records = records;
    }

    @Override
    public void read(Connection connection, String query) throws SQLException, InterruptedException {
        BinaryCopy.readRaw(connection, query, this::row);
        handOn();
    }

    private void row(byte[] message, int start) throws InterruptedException {
        int length = message.length - start;
        if (chunk.size() + length > CHUNK_BYTES) {
            handOn();
        }
        chunk.write(message, start, length);
        rows++;
    }

    private void handOn() throws InterruptedException {
        if (rows == 0) {
            return;
        }
        records.add(chunk.toByteArray(), rows);
        chunk.reset();
        rows = 0;
    }
}
