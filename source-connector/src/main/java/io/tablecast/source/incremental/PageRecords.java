// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.reading.CongestedException;
import io.tablecast.source.reading.RecordBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Sends the rows of one page, each with the position after it. Without a key only the last row of equal control values
 * has a new position, and they are handed on together as long as they fit. Used once, by one thread.
 */
public final class PageRecords {

    /** How long a page's transaction waits for Connect. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final int BATCH_ROWS = 1000;
    private static final long BATCH_BYTES = 1 << 20;
    private static final int GROUP_ROWS = 20_000;
    private static final long GROUP_BYTES = 16 << 20;
    private static final int ENVELOPE_BYTES = 300;
    private static final int PARTITION = 0;

    private final FoundTable table;
    private final SentPosition sent;
    private final List<SchemaChange> changes;
    private final RecordBuffer buffer;
    private final TableMetrics metrics;
    private final Schema keySchema;

    private ControlPosition position;
    private List<SourceRecord> batch = new ArrayList<>(BATCH_ROWS);
    private long batchBytes;
    private boolean isFirst = true;
    private Struct held;
    private String heldControl = "";

    /**
     * Prepares the sending.
     *
     * @param sent moves with what is handed on
     * @param changes of the columns since the last record
     */
    public PageRecords(
            FoundTable table,
            SentPosition sent,
            List<SchemaChange> changes,
            RecordBuffer buffer,
            TableMetrics metrics) {
        this.table = table;
        this.sent = sent;
        this.changes = List.copyOf(changes);
        this.buffer = buffer;
        this.metrics = metrics;
        this.keySchema = table.envelopes().keySchema().orElse(null);
        this.position = sent.position();
    }

    /**
     * Adds a row of a table without a key.
     *
     * @param bytes what the row weighed on the wire
     */
    public void add(Struct row, String control, long bytes) throws InterruptedException {
        if (held != null) {
            addHeld(!control.equals(heldControl));
        }
        held = row;
        heldControl = control;
        batchBytes += bytes + ENVELOPE_BYTES;
    }

    /**
     * Adds a row of a table with a key.
     *
     * @param key the texts by which reading goes on behind the row
     * @param bytes what the row weighed on the wire
     */
    public void add(Struct row, String control, List<String> key, long bytes) throws InterruptedException {
        position = ControlPosition.afterRow(control, key);
        add(row);
        batchBytes += bytes + ENVELOPE_BYTES;
        flushIf(batch.size() >= BATCH_ROWS || batchBytes >= BATCH_BYTES);
    }

    /** Sends what is left. */
    public void finish() throws InterruptedException {
        if (held != null) {
            addHeld(true);
        }
        flushIf(!batch.isEmpty());
    }

    private void addHeld(boolean isLastOfItsValue) throws InterruptedException {
        if (isLastOfItsValue) {
            position = ControlPosition.after(heldControl);
        }
        add(held);
        boolean isFull = batch.size() >= BATCH_ROWS || batchBytes >= BATCH_BYTES;
        flushIf((isFull && isLastOfItsValue) || batch.size() >= GROUP_ROWS || batchBytes >= GROUP_BYTES);
    }

    private void add(Struct row) {
        batch.add(new SourceRecord(
                table.partition().toMap(),
                sent.offsetAt(position),
                table.topic(),
                PARTITION,
                keySchema,
                keySchema == null ? null : table.envelopes().key(row),
                table.envelopes().envelopeSchema(),
                table.envelopes().found(row, table.foundBlock()),
                null,
                headers()));
    }

    // A new one for each record: transforms may add to it.
    private Headers headers() {
        boolean carriesChanges = isFirst && !changes.isEmpty();
        isFirst = false;
        return carriesChanges ? new RecordHeaders().schemaChange(changes).headers() : new ConnectHeaders();
    }

    private void flushIf(boolean isDue) throws InterruptedException {
        if (!isDue) {
            return;
        }
        if (!buffer.offer(batch, batchBytes, PATIENCE)) {
            throw new CongestedException(PATIENCE);
        }
        sent.moved(position);
        metrics.sent(batch.size(), batchBytes);
        batch = new ArrayList<>(BATCH_ROWS);
        batchBytes = 0;
    }
}
