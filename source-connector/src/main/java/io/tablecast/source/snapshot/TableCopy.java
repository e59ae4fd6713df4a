// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import io.tablecast.contract.record.Operation;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotFlag;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.type.CopyReader;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.BinaryCopy;
import io.tablecast.source.postgres.RowDecoder;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.reading.CongestedException;
import io.tablecast.source.reading.RecordBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * One copy of a whole table: begin marker, rows with ordinals, end marker on the last row. One row is held back, so that
 * the last one is known. Used once, by one thread.
 */
public final class TableCopy {

    /** How long a copy's transaction waits for Connect. A copy that is given up begins again. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private static final int BATCH_ROWS = 1000;
    private static final long BATCH_BYTES = 1 << 20;
    private static final int ENVELOPE_BYTES = 300;
    private static final int PARTITION = 0;

    private final SourceTable table;
    private final String query;
    private final SnapshotPoint point;
    private final SnapshotBegin begin;
    private final Map<String, ?> copyingOffset;
    private final Map<String, ?> finishedOffset;
    private final RecordBuffer buffer;
    private final TableMetrics metrics;

    private final Map<String, String> partition;
    private final RowDecoder decoder;
    private final Schema keySchema;
    private final boolean beginsOnRow;

    private List<SourceRecord> batch = new ArrayList<>(BATCH_ROWS);
    private long batchBytes;
    private long ordinal;
    private Struct heldBack;

    /**
     * Prepares a copy.
     *
     * @param mode as the begin marker names it
     * @param point the moment of the transaction in which {@link #run} will read
     * @param copyingOffset what is stored while the copy is under way
     * @param finishedOffset what is stored with its last record
     */
    public TableCopy(
            SourceTable table,
            String mode,
            SnapshotPoint point,
            Map<String, ?> copyingOffset,
            Map<String, ?> finishedOffset,
            RecordBuffer buffer,
            TableMetrics metrics) {
        this(
                table,
                table.query(),
                point,
                SnapshotBegin.ofTable(point.id(), mode, table.structure()),
                copyingOffset,
                finishedOffset,
                buffer,
                metrics);
    }

    /**
     * Prepares a copy of chosen rows. A copy of a range has no record of its own to begin with, so it must have a row.
     *
     * @param query chooses among the rows of {@link SourceTable#query()}
     * @param begin what the copy is of
     */
    public TableCopy(
            SourceTable table,
            String query,
            SnapshotPoint point,
            SnapshotBegin begin,
            Map<String, ?> copyingOffset,
            Map<String, ?> finishedOffset,
            RecordBuffer buffer,
            TableMetrics metrics) {
        this.table = table;
        this.query = query;
        this.point = point;
        this.begin = begin;
        this.copyingOffset = copyingOffset;
        this.finishedOffset = finishedOffset;
        this.buffer = buffer;
        this.metrics = metrics;
        this.partition = table.partition().toMap();
        this.decoder = new RowDecoder(table);
        this.keySchema = table.envelopes().keySchema().orElse(null);
        this.beginsOnRow = !begin.ranges().isEmpty() || table.settings().skips(Operation.TRUNCATE);
    }

    /**
     * Reads all rows and puts them into the buffer.
     *
     * @param connection its transaction is open and is the one of the copy's {@link SnapshotPoint}
     * @return how many rows the table had
     */
    public long run(Connection connection) throws SQLException, InterruptedException {
        metrics.copyStarted(table.estimatedRows());
        BinaryCopy.read(connection, query, this::row);
        finish();
        flush();
        metrics.copyFinished();
        return ordinal;
    }

    private void row(CopyReader row, int bytes) throws InterruptedException {
        Struct decoded = decoder.decode(row, 0);
        if (heldBack != null) {
            sendHeldBack();
        } else if (!beginsOnRow) {
            batch.add(emptied(new RecordHeaders().begin(begin), copyingOffset));
        }
        heldBack = decoded;
        batchBytes += bytes + ENVELOPE_BYTES;
        if (batch.size() >= BATCH_ROWS || batchBytes >= BATCH_BYTES) {
            flush();
        }
    }

    private void sendHeldBack() {
        boolean isFirst = ordinal == 0;
        // A new one for each record: transforms may add to it.
        Headers headers =
                isFirst && beginsOnRow ? new RecordHeaders().begin(begin).headers() : new ConnectHeaders();
        batch.add(read(isFirst ? SnapshotFlag.FIRST : SnapshotFlag.TRUE, headers, copyingOffset));
    }

    private void finish() {
        RecordHeaders headers = new RecordHeaders();
        if (heldBack == null) {
            batch.add(emptied(headers.begin(begin).end(new SnapshotEnd(point.id(), 0)), finishedOffset));
            return;
        }
        if (ordinal == 0 && beginsOnRow) {
            headers.begin(begin);
        }
        headers.end(new SnapshotEnd(point.id(), ordinal + 1));
        batch.add(read(SnapshotFlag.LAST, headers.headers(), finishedOffset));
    }

    private SourceRecord read(SnapshotFlag flag, Headers headers, Map<String, ?> offset) {
        ordinal++;
        Struct source = table.sourceBlock()
                .snapshotRow(point.time(), point.lsn(), new SnapshotOrdinal(point.id(), ordinal), flag);
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
                table.envelopes().emptied(table.sourceBlock().snapshotBegin(point.time(), point.lsn())),
                null,
                headers.headers());
    }

    private void flush() throws InterruptedException {
        if (!buffer.offer(batch, batchBytes, PATIENCE)) {
            throw new CongestedException(PATIENCE);
        }
        metrics.sent(batch.size(), batchBytes);
        metrics.copied(ordinal);
        batch = new ArrayList<>(BATCH_ROWS);
        batchBytes = 0;
    }
}
