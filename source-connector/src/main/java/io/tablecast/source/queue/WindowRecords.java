// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.Operation;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.type.CopyReader;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.BinaryCopy;
import io.tablecast.source.postgres.RowDecoder;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.reading.CongestedException;
import io.tablecast.source.reading.RecordBuffer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Makes records of a window's rows. One record is held back, because the last one carries the offset of the finished
 * window. Of the records of one queue row only the last carries its id, so that a restart between them repeats the row.
 * Used once, by one thread.
 */
final class WindowRecords implements BinaryCopy.RowHandler {

    /** PostgreSQL counts microseconds from here. */
    private static final Instant POSTGRES_EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    /** How long a window's transaction and its lock on the table wait for Connect. Little is lost by another one. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long BATCH_BYTES = 1 << 20;
    private static final int ENVELOPE_BYTES = 300;
    private static final int PARTITION = 0;

    private final FollowedTable followed;
    private final SourceTable table;
    private final QueueWindow window;
    private final String structure;
    private final List<SchemaChange> changes;
    private final boolean sendsTombstones;
    private final ChangeOrders orders;
    private final RecordBuffer buffer;
    private final TableMetrics metrics;
    private final Consumer<TableOffset.Window> sent;

    private final RecordKey key;
    private final RowDecoder decoder;
    private final EnvelopeWriter envelopes;
    private final int firstColumn;
    private final OldRows oldRows;
    private final int firstStored;
    private final int batchRows;

    private List<SourceRecord> batch = new ArrayList<>();
    private long batchBytes;
    private TableOffset.Window batchOffset;
    private long idBefore;
    private boolean announced;
    private Draft held;

    // The queue row at hand.
    private long id;
    private long transaction;
    private Instant changedAt;

    /**
     * Prepares a window.
     *
     * @param structure the structure part of the records' offsets
     * @param changes what has changed about the columns since the record before; announced with the first record
     * @param oldRows whether the query gives the values of deleted rows
     * @param sent told the offset up to which records were handed on, after each batch
     */
    WindowRecords(
            FollowedTable followed,
            SourceTable table,
            QueueWindow window,
            String structure,
            List<SchemaChange> changes,
            OldRows oldRows,
            Tombstones tombstones,
            ChangeOrders orders,
            RecordBuffer buffer,
            TableMetrics metrics,
            Consumer<TableOffset.Window> sent) {
        this.followed = followed;
        this.table = table;
        this.window = window;
        this.structure = structure;
        this.changes = List.copyOf(changes);
        this.sendsTombstones = tombstones == Tombstones.SENT;
        this.orders = orders;
        this.buffer = buffer;
        this.metrics = metrics;
        this.sent = sent;
        this.key = RecordKey.of(table);
        this.decoder = new RowDecoder(table);
        this.envelopes = table.envelopes();
        this.firstColumn = QueueWindow.FIRST_KEY + key.parts().size();
        this.oldRows = oldRows;
        this.firstStored = firstColumn + table.readers().size();
        this.batchRows = table.settings().batchMaxRows();
        this.idBefore = window.lastId();
        this.announced = changes.isEmpty();
    }

    /** @throws RepullRequest when the rest of the table's changes is not in the queue */
    @Override
    public void row(CopyReader row, int bytes) throws InterruptedException {
        id = number(row, QueueWindow.ID);
        transaction = number(row, QueueWindow.XID);
        changedAt = POSTGRES_EPOCH.plus(number(row, QueueWindow.CHANGED_AT), ChronoUnit.MICROS);
        if (batchOffset == null && held == null) {
            metrics.behindSince(changedAt.toEpochMilli());
        }
        char operation = (char) row.buffer()[row.offset(QueueWindow.OPERATION)];
        batchBytes += bytes + ENVELOPE_BYTES;
        switch (operation) {
            case 't' -> truncated();
            case 'd' -> {
                if (!isForeign(row)) {
                    deleted(key.decode(row, QueueWindow.FIRST_KEY), oldRow(row));
                }
                if (isPresent(row)) {
                    // Another trigger of the same statement, or a later transaction, has written the row again.
                    written(Operation.CREATE, decoder.decode(row, firstColumn));
                }
            }
            case 'c', 'u' -> writtenOrGone(row, operation);
            default -> {
                flush();
                throw new RepullRequest("changes of " + table.id() + " passed its queue (" + operation + ")");
            }
        }
        idBefore = id;
        if (batch.size() >= batchRows || batchBytes >= BATCH_BYTES) {
            flush();
        }
    }

    /** Sends the last record with the offset of the finished window; false when there was no record at all. */
    boolean finish() throws InterruptedException {
        if (held != null) {
            add(held.record(followed.finished(window, structure)), followed.finished(window, structure));
            held = null;
        }
        flush();
        return batchOffset != null;
    }

    private void writtenOrGone(CopyReader row, char operation) throws InterruptedException {
        boolean isNew = row.buffer()[row.offset(QueueWindow.IS_NEW)] != 0;
        if (isPresent(row)) {
            written(operation == 'c' || isNew ? Operation.CREATE : Operation.UPDATE, decoder.decode(row, firstColumn));
        } else if (!isNew || table.settings().condition().isEmpty()) {
            // Not sent for new rows that the condition leaves out: nobody has them.
            deleted(key.decode(row, QueueWindow.FIRST_KEY), Optional.empty());
        }
    }

    /** Whether nobody has the deleted row, because the condition left it out. */
    private boolean isForeign(CopyReader row) {
        return oldRows == OldRows.KEPT
                && row.length(firstStored + 1) >= 0
                && row.buffer()[row.offset(firstStored + 1)] != 0;
    }

    /** Empty where not all values are known: of a row deleted before they were kept, or before a column demanded one. */
    private Optional<Struct> oldRow(CopyReader row) {
        if (oldRows == OldRows.LEFT_OUT || row.length(firstStored) < 0) {
            return Optional.empty();
        }
        Struct values = decoder.decode(row, firstStored + QueueWindow.OF_STORED_ROW);
        boolean isWhole = values.schema().fields().stream()
                .allMatch(field -> field.schema().isOptional() || values.getWithoutDefault(field.name()) != null);
        return isWhole ? Optional.of(values) : Optional.empty();
    }

    private void written(Operation operation, Struct values) {
        if (table.settings().skips(operation)) {
            return;
        }
        Struct source = table.sourceBlock().change(changedAt, transaction, id);
        Struct envelope = operation == Operation.CREATE
                ? envelopes.created(values, source, orders.next(transaction, table.id()))
                : envelopes.updated(values, source, orders.next(transaction, table.id()));
        draft(new Draft(id, envelopes.key(values), envelope, headers()));
    }

    private void deleted(Struct gone, Optional<Struct> oldRow) {
        if (table.settings().skips(Operation.DELETE)) {
            return;
        }
        Struct source = table.sourceBlock().change(changedAt, transaction, id);
        Struct before = oldRow.orElseGet(() -> envelopes.rowWithOnlyKey(gone));
        Struct envelope = envelopes.deleted(before, source, orders.next(transaction, table.id()));
        draft(new Draft(
                id, gone, envelope, oldRow.isPresent() ? headers(new RecordHeaders().beforeIsFull()) : headers()));
        if (sendsTombstones) {
            draft(new Draft(id, gone, null, new ConnectHeaders()));
        }
    }

    private void truncated() {
        if (table.settings().skips(Operation.TRUNCATE)) {
            return;
        }
        Struct source = table.sourceBlock().change(changedAt, transaction, id);
        Struct envelope = envelopes.truncated(source, orders.next(transaction, table.id()));
        draft(new Draft(id, null, envelope, headers()));
    }

    private Headers headers() {
        // A new one for each record: transforms may add to it.
        return headers(new RecordHeaders());
    }

    private Headers headers(RecordHeaders headers) {
        if (!announced) {
            announced = true;
            headers.schemaChange(changes);
        }
        return headers.headers();
    }

    private void draft(Draft next) {
        if (held != null) {
            long reached = held.rowId == next.rowId ? idBefore : held.rowId;
            TableOffset.Window offset = followed.within(window, reached, structure);
            add(held.record(offset), offset);
        }
        held = next;
    }

    private void add(SourceRecord record, TableOffset.Window offset) {
        batch.add(record);
        batchOffset = offset;
    }

    private void flush() throws InterruptedException {
        if (batch.isEmpty()) {
            return;
        }
        if (!buffer.offer(batch, batchBytes, PATIENCE)) {
            throw new CongestedException(PATIENCE);
        }
        metrics.sent(batch.size(), batchBytes);
        sent.accept(batchOffset);
        batch = new ArrayList<>();
        batchBytes = 0;
    }

    private static boolean isPresent(CopyReader row) {
        return row.length(QueueWindow.PRESENT) >= 0;
    }

    private static long number(CopyReader row, int field) {
        return ByteBuffer.wrap(row.buffer(), row.offset(field), Long.BYTES).getLong();
    }

    /** Whether deletes are followed by a record without a value. */
    enum Tombstones {
        SENT,
        LEFT_OUT
    }

    /** A record that waits for its offset; tombstones have no value, truncates no key. */
    private final class Draft {
        private final long rowId;
        private final Struct keyStruct;
        private final Struct value;
        private final Headers headers;

        Draft(long rowId, Struct keyStruct, Struct value, Headers headers) {
            this.rowId = rowId;
            this.keyStruct = keyStruct;
            this.value = value;
            this.headers = headers;
        }

        SourceRecord record(TableOffset.Window offset) {
            Schema keySchema = keyStruct == null ? null : keyStruct.schema();
            Schema valueSchema = value == null ? null : value.schema();
            return new SourceRecord(
                    table.partition().toMap(),
                    OffsetCodec.encode(offset),
                    table.topic(),
                    PARTITION,
                    keySchema,
                    keyStruct,
                    valueSchema,
                    value,
                    null,
                    headers);
        }
    }
}
