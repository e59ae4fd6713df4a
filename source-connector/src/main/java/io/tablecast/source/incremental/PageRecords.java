// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.type.CopyReader;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.BinaryCopy;
import io.tablecast.source.postgres.RowDecoder;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.reading.CongestedException;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.snapshot.SnapshotPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Sends the rows of one page, each with the position after it. Without a key only the last row of equal control values
 * has a new position, and they are handed on together as long as they fit. Used once, by one thread.
 */
final class PageRecords implements BinaryCopy.RowHandler {

    /** How long a page's transaction waits for Connect. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final int BATCH_ROWS = 1000;
    private static final long BATCH_BYTES = 1 << 20;
    private static final int GROUP_ROWS = 20_000;
    private static final long GROUP_BYTES = 16 << 20;
    private static final int ENVELOPE_BYTES = 300;
    private static final int PARTITION = 0;

    private final SourceTable table;
    private final SnapshotPoint point;
    private final SentPosition sent;
    private final List<SchemaChange> changes;
    private final RecordBuffer buffer;
    private final TableMetrics metrics;
    private final RowDecoder decoder;
    private final Schema keySchema;
    private final int columns;
    private final int keyColumns;

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
    PageRecords(
            SourceTable table,
            SnapshotPoint point,
            SentPosition sent,
            List<SchemaChange> changes,
            RecordBuffer buffer,
            TableMetrics metrics) {
        this.table = table;
        this.point = point;
        this.sent = sent;
        this.changes = List.copyOf(changes);
        this.buffer = buffer;
        this.metrics = metrics;
        this.decoder = new RowDecoder(table);
        this.keySchema = table.envelopes().keySchema().orElse(null);
        this.columns = table.structure().columns().size();
        this.keyColumns = table.key().columns().size();
        this.position = sent.position();
    }

    @Override
    public void row(CopyReader row, int bytes) throws InterruptedException {
        Struct decoded = decoder.decode(row, 0);
        String control = text(row, columns);
        if (table.hasKey()) {
            position = ControlPosition.afterRow(control, key(row));
            add(decoded);
            flushIf(batch.size() >= BATCH_ROWS || batchBytes >= BATCH_BYTES);
        } else {
            if (held != null) {
                addHeld(!control.equals(heldControl));
            }
            held = decoded;
            heldControl = control;
        }
        batchBytes += bytes + ENVELOPE_BYTES;
    }

    /** Sends what is left. */
    void finish() throws InterruptedException {
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
                table.envelopes().found(row, table.sourceBlock().found(point.time(), point.lsn())),
                null,
                headers()));
    }

    // A new one for each record: transforms may add to it.
    private Headers headers() {
        boolean carriesChanges = isFirst && !changes.isEmpty();
        isFirst = false;
        return carriesChanges ? new RecordHeaders().schemaChange(changes).headers() : new ConnectHeaders();
    }

    private List<String> key(CopyReader row) {
        List<String> texts = new ArrayList<>(keyColumns);
        for (int i = 0; i < keyColumns; i++) {
            int field = columns + 1 + i;
            if (row.isNull(field)) {
                throw new ConnectException("A row of " + table.id() + " has NULL in key column \""
                        + table.key().columns().get(i) + "\", where its control column is " + text(row, columns)
                        + ". Keep such rows out with condition, or name other columns in key.columns");
            }
            texts.add(text(row, field));
        }
        return texts;
    }

    private static String text(CopyReader row, int field) {
        return new String(row.buffer(), row.offset(field), row.length(field), UTF_8);
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
