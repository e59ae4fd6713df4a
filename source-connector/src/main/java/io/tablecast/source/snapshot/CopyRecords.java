// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotFlag;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.reading.CongestedException;
import io.tablecast.source.reading.RecordBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The records of one copy: begin marker, rows with ordinals in the order in which they go into the topic, end marker on
 * the last row. One row is held back, so that the last one is known. Any number of threads may add rows.
 */
public final class CopyRecords {

    /** How long a copy's transaction waits for Connect. A copy that is given up begins again. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private static final int ENVELOPE_BYTES = 300;
    private static final int PARTITION = 0;

    private final CopiedTable table;
    private final SnapshotBegin begin;
    private final Map<String, ?> copyingOffset;
    private final Map<String, ?> finishedOffset;
    private final RecordBuffer buffer;
    private final TableMetrics metrics;

    private final Map<String, String> partition;
    private final Schema keySchema;
    private final boolean beginsOnRow;

    private final ReentrantLock lock = new ReentrantLock();
    private List<SourceRecord> batch = new ArrayList<>();
    private long ordinal;
    private Struct heldBack;
    private boolean isGivenUp;

    /**
     * Prepares the records.
     *
     * @param copyingOffset what is stored while the copy is under way
     * @param finishedOffset what is stored with its last record
     */
    public CopyRecords(
            CopiedTable table,
            SnapshotBegin begin,
            Map<String, ?> copyingOffset,
            Map<String, ?> finishedOffset,
            RecordBuffer buffer,
            TableMetrics metrics) {
        this.table = table;
        this.begin = begin;
        this.copyingOffset = copyingOffset;
        this.finishedOffset = finishedOffset;
        this.buffer = buffer;
        this.metrics = metrics;
        this.partition = table.partition().toMap();
        this.keySchema = table.envelopes().keySchema().orElse(null);
        this.beginsOnRow = !begin.ranges().isEmpty() || table.skipsTruncates();
    }

    /**
     * Puts rows into the buffer, behind those of all earlier calls.
     *
     * @param bytes what the rows weighed on the wire
     * @throws CongestedException when nobody takes records; also for those who have waited for their turn meanwhile
     */
    public void add(List<Struct> rows, long bytes) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (Struct row : rows) {
                add(row);
            }
            flush(bytes + (long) rows.size() * ENVELOPE_BYTES);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends the end marker, when all rows were added.
     *
     * @return how many rows there were
     */
    public long finish() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            addEnd();
            flush(ENVELOPE_BYTES);
            return ordinal;
        } finally {
            lock.unlock();
        }
    }

    private void add(Struct row) {
        if (heldBack != null) {
            sendHeldBack();
        } else if (!beginsOnRow) {
            batch.add(emptied(new RecordHeaders().begin(begin), copyingOffset));
        }
        heldBack = row;
    }

    private void sendHeldBack() {
        boolean isFirst = ordinal == 0;
        // A new one for each record: transforms may add to it.
        Headers headers =
                isFirst && beginsOnRow ? new RecordHeaders().begin(begin).headers() : new ConnectHeaders();
        batch.add(read(isFirst ? SnapshotFlag.FIRST : SnapshotFlag.TRUE, headers, copyingOffset));
    }

    private void addEnd() {
        RecordHeaders headers = new RecordHeaders();
        if (heldBack == null) {
            batch.add(emptied(headers.begin(begin).end(new SnapshotEnd(begin.id(), 0)), finishedOffset));
            return;
        }
        if (ordinal == 0 && beginsOnRow) {
            headers.begin(begin);
        }
        headers.end(new SnapshotEnd(begin.id(), ordinal + 1));
        batch.add(read(SnapshotFlag.LAST, headers.headers(), finishedOffset));
    }

    private SourceRecord read(SnapshotFlag flag, Headers headers, Map<String, ?> offset) {
        ordinal++;
        Struct source = table.rowBlock(new SnapshotOrdinal(begin.id(), ordinal), flag);
        return new SourceRecord(
                partition,
                offset,
                table.topic(),
                PARTITION,
                keySchema,
                keySchema == null ? null : table.envelopes().key(heldBack),
                table.envelopes().envelopeSchema(),
                table.envelopes().read(heldBack, source),
                null,
                headers);
    }

    private SourceRecord emptied(RecordHeaders headers, Map<String, ?> offset) {
        return new SourceRecord(
                partition,
                offset,
                table.topic(),
                PARTITION,
                null,
                null,
                table.envelopes().envelopeSchema(),
                table.envelopes().emptied(table.beginBlock()),
                null,
                headers.headers());
    }

    private void flush(long bytes) throws InterruptedException {
        if (isGivenUp || !buffer.offer(batch, bytes, PATIENCE)) {
            isGivenUp = true;
            throw new CongestedException(PATIENCE);
        }
        metrics.sent(batch.size(), bytes);
        metrics.copied(ordinal);
        batch = new ArrayList<>(batch.size());
    }
}
