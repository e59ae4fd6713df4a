// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.BinlogOffset.Copy;
import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.MySqlSourceBlock.Place;
import io.tablecast.contract.record.Operation;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotFlag;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.reading.RecordBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/** Makes the records of one table and hands them on in batches. Used by one thread. */
final class ChangeRecords {

    static final String MODE = "binlog";

    private static final int PARTITION = 0;

    private final FollowedTable table;
    private final boolean sendsTombstones;
    private final RecordBuffer buffer;
    private final TableMetrics metrics;
    private final Clock clock;
    private List<SourceRecord> batch = new ArrayList<>();
    private long copiedBytes;

    ChangeRecords(
            FollowedTable table, boolean sendsTombstones, RecordBuffer buffer, TableMetrics metrics, Clock clock) {
        this.table = table;
        this.sendsTombstones = sendsTombstones;
        this.buffer = buffer;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** A row that was inserted; its number is already counted by the table. */
    void created(Struct row, Place place, SourceTransaction in) {
        if (table.skips(Operation.CREATE)) {
            return;
        }
        Struct envelope = envelopes().created(row, source(place), in.nextRecord(table.id()));
        add(key(row), envelope, headers(), table.offset());
    }

    /** A row that was changed; one whose key changed is deleted and created, as Debezium does it. */
    void updated(Struct before, Struct after, Place place, SourceTransaction in, long rowsBefore) {
        Struct oldKey = key(before);
        Struct newKey = key(after);
        if (Objects.equals(oldKey, newKey)) {
            if (!table.skips(Operation.UPDATE)) {
                Struct envelope = envelopes().updated(before, after, source(place), in.nextRecord(table.id()));
                add(newKey, envelope, headers().beforeIsFull(), table.offset());
            }
            return;
        }
        deleted(before, oldKey, place, in, headers().newKey(newKey), table.offset(rowsBefore));
        Struct envelope = envelopes().created(after, source(place), in.nextRecord(table.id()));
        add(newKey, envelope, headers().oldKey(oldKey), table.offset());
    }

    void deleted(Struct before, Place place, SourceTransaction in, long rowsBefore) {
        if (table.skips(Operation.DELETE)) {
            return;
        }
        deleted(before, key(before), place, in, headers(), table.offset(rowsBefore));
        // The last record of the row carries it.
        replaceLastOffset(table.offset());
    }

    void truncated(Place place, SourceTransaction in) {
        if (table.skips(Operation.TRUNCATE)) {
            return;
        }
        add(null, envelopes().truncated(source(place), in.nextRecord(table.id())), headers(), table.offset());
    }

    /** The beginning of a copy. */
    void begins(String snapshotId, Place place) {
        begins(new SnapshotBegin(snapshotId, MODE, true, table.layout().structure(), List.of()), place);
    }

    /** The beginning of a copy among whose rows there will be no changes. */
    void beginsWhole(String snapshotId, Place place) {
        begins(new SnapshotBegin(snapshotId, MODE, false, table.layout().structure(), List.of()), place);
    }

    private void begins(SnapshotBegin begin, Place place) {
        if (table.skips(Operation.TRUNCATE)) {
            table.announce(begin);
            return;
        }
        add(
                null,
                envelopes().emptied(table.sourceBlock().snapshotBegin(place)),
                headers().begin(begin),
                table.offset());
    }

    /** A row of a copy. */
    void read(Struct row, SnapshotOrdinal ordinal, SnapshotFlag flag, Place place) {
        Struct envelope = envelopes().read(row, table.sourceBlock().snapshotRow(place, ordinal, flag));
        copiedBytes += RowStream.weight(row);
        add(key(row), envelope, headers(), table.offset());
    }

    /** A copy ends with nothing in the table; the record also begins it, if none has. */
    void endsEmpty(Copy copy, Place place) {
        RecordHeaders headers = headers().end(new SnapshotEnd(copy.snapshotId(), copy.rows()));
        add(null, envelopes().emptied(table.sourceBlock().snapshotBegin(place)), headers, table.offset());
    }

    /** Lets the last record that was made carry the end of the copy, and the table's offset of now. */
    void endOnLast(Copy copy) {
        SourceRecord last = batch.get(batch.size() - 1);
        Headers headers = new RecordHeaders()
                .end(new SnapshotEnd(copy.snapshotId(), copy.rows()))
                .headers();
        headers.forEach(header -> last.headers().add(header));
        replaceLastOffset(table.offset());
    }

    /** How many records were made that are not handed on yet. */
    int size() {
        return batch.size();
    }

    /** About how many bytes the rows of copies among them have. */
    long copiedBytes() {
        return copiedBytes;
    }

    boolean isEmpty() {
        return batch.isEmpty();
    }

    /** Whether the last record says what has become of a row: tombstones and truncates do not. */
    boolean canLastCarryTheEnd() {
        return !batch.isEmpty()
                && batch.get(batch.size() - 1).value() != null
                && batch.get(batch.size() - 1).key() != null;
    }

    /** Lets the last record carry another offset. */
    void replaceLastOffset(Map<String, Object> offset) {
        SourceRecord last = batch.remove(batch.size() - 1);
        batch.add(new SourceRecord(
                last.sourcePartition(),
                offset,
                last.topic(),
                last.kafkaPartition(),
                last.keySchema(),
                last.key(),
                last.valueSchema(),
                last.value(),
                last.timestamp(),
                last.headers()));
    }

    /**
     * Hands on what was made.
     *
     * @param bytes what its changes weigh
     */
    void flush(long bytes) throws InterruptedException {
        if (batch.isEmpty()) {
            return;
        }
        long weight = Math.max(bytes + copiedBytes, (long) batch.size() * RecordBuffer.USUAL_RECORD_BYTES);
        buffer.put(batch, weight);
        metrics.sent(batch.size(), weight);
        table.sentAt(clock.instant());
        batch = new ArrayList<>();
        copiedBytes = 0;
    }

    private void deleted(
            Struct before,
            Struct key,
            Place place,
            SourceTransaction in,
            RecordHeaders headers,
            Map<String, Object> offset) {
        Struct envelope = envelopes().deleted(before, source(place), in.nextRecord(table.id()));
        add(key, envelope, headers.beforeIsFull(), offset);
        if (sendsTombstones && key != null) {
            add(key, null, new RecordHeaders(), offset);
        }
    }

    private void add(Struct key, Struct value, RecordHeaders headers, Map<String, Object> offset) {
        batch.add(new SourceRecord(
                table.table().partition().toMap(),
                offset,
                table.table().topic(),
                PARTITION,
                key == null ? null : key.schema(),
                key,
                value == null ? null : value.schema(),
                value,
                null,
                headers.headers()));
    }

    private RecordHeaders headers() {
        List<SchemaChange> changes = table.takeChanges();
        RecordHeaders headers = changes.isEmpty() ? new RecordHeaders() : new RecordHeaders().schemaChange(changes);
        return table.takeBegin().map(headers::begin).orElse(headers);
    }

    /** Null where the table has no key. */
    private Struct key(Struct row) {
        return table.layout().key().isEmpty() ? null : envelopes().key(row);
    }

    private Struct source(Place place) {
        return table.sourceBlock().change(place);
    }

    private EnvelopeWriter envelopes() {
        return table.layout().envelopes();
    }
}
