// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import io.tablecast.contract.record.ChunkReader;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotRows;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.reading.CongestedException;
import io.tablecast.source.reading.RecordBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The records of one copy whose rows travel as PostgreSQL sends them, many to a record: one that begins, chunks with
 * ordinals in the order in which they go into the topic, the end marker on the last of them. One chunk is held back, so
 * that the last one is known. Any number of threads may add chunks.
 */
final class ChunkRecords implements CopyTarget {

    /** How long a copy's transaction waits for Connect. A copy that is given up begins again. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private static final int PARTITION = 0;

    private final SourceTable table;
    private final SnapshotPoint point;
    private final SnapshotBegin begin;
    private final Map<String, ?> copyingOffset;
    private final Map<String, ?> finishedOffset;
    private final RecordBuffer buffer;
    private final TableMetrics metrics;
    private final String layout;

    private final ReentrantLock lock = new ReentrantLock();
    private long rowsSent;
    private Chunk heldBack = Chunk.NONE;
    private boolean isGivenUp;

    /**
     * Prepares the records.
     *
     * @param copyingOffset what is stored while the copy is under way
     * @param finishedOffset what is stored with its last record
     */
    ChunkRecords(
            SourceTable table,
            SnapshotPoint point,
            SnapshotBegin begin,
            Map<String, ?> copyingOffset,
            Map<String, ?> finishedOffset,
            RecordBuffer buffer,
            TableMetrics metrics) {
        this.table = table;
        this.point = point;
        this.begin = begin;
        this.copyingOffset = copyingOffset;
        this.finishedOffset = finishedOffset;
        this.buffer = buffer;
        this.metrics = metrics;
        this.layout = RecordHeaders.encoded(table.layout());
    }

    /** Rows in PostgreSQL's binary form. */
    private static final class Chunk {

        private static final Chunk NONE = new Chunk(new byte[0], 0);

        private final byte[] data;
        private final long rows;

        private Chunk(byte[] data, long rows) {
            this.data = data;
            this.rows = rows;
        }
    }

    @Override
    public CopyTarget.Reader newReader() {
        return new ChunkReading(this);
    }

    /**
     * Puts rows into the buffer, behind those of all earlier calls.
     *
     * @param data the rows in binary form; it belongs to the record from now on
     * @throws CongestedException when nobody takes records; also for those who have waited for their turn meanwhile
     */
    void add(byte[] data, long rows) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            send(new RecordHeaders(), copyingOffset);
            heldBack = new Chunk(data, rows);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long finish() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long rows = rowsSent + heldBack.rows;
            send(new RecordHeaders().end(new SnapshotEnd(point.id(), rows)), finishedOffset);
            return rows;
        } finally {
            lock.unlock();
        }
    }

    private void send(RecordHeaders headers, Map<String, ?> offset) throws InterruptedException {
        Chunk chunk = heldBack;
        if (chunk == Chunk.NONE) {
            headers.begin(begin);
        }
        Instant time = point.time();
        headers.layout(layout)
                .rows(new SnapshotRows(
                        point.id(), rowsSent + 1, chunk.rows, ChronoUnit.MICROS.between(Instant.EPOCH, time)));
        SourceRecord chunkRecord = new SourceRecord(
                table.partition().toMap(),
                offset,
                table.topic(),
                PARTITION,
                null,
                null,
                ChunkReader.SCHEMA,
                chunk.data,
                null,
                headers.headers());
        if (isGivenUp || !buffer.offer(List.of(chunkRecord), weight(chunk), PATIENCE)) {
            isGivenUp = true;
            throw new CongestedException(PATIENCE);
        }
        rowsSent += chunk.rows;
        metrics.sent(chunk.rows, chunk.data.length);
        metrics.copied(rowsSent);
    }

    private long weight(Chunk chunk) {
        return chunk.data.length + (long) layout.length();
    }
}
