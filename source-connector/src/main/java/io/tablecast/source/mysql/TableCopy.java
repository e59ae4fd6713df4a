// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.BinlogOffset.Copy;
import io.tablecast.contract.record.MySqlSourceBlock.Place;
import io.tablecast.contract.record.SnapshotFlag;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.type.MySqlColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies one table in chunks while its changes are followed. A chunk is read when queries see all that the stream had
 * brought at a {@link Watermark}; what it brings from there to the end of the binlog as it was after the query is newer
 * than the chunk, so its rows are taken out of it. The rest is sent when the stream has come that far. Nothing is locked, and no transaction
 * is open for longer than one query. Used by one thread, between transactions of the stream.
 */
final class TableCopy {

    private static final Logger LOG = LoggerFactory.getLogger(TableCopy.class);

    /** A watermark that waits while more rows than so many change begins anew. */
    private static final int CHANGED_KEYS = 50_000;

    /** A chunk with more ends early: it is held in memory. */
    private static final long CHUNK_BYTES = 8 << 20;

    private final FollowedTable table;
    private final MySqlServer server;
    private final Charsets charsets;
    private final int chunkRows;
    private final ChangeRecords records;
    private final TableMetrics metrics;
    private final KeylessCopy whole;
    private int rowsAtOnce;
    private Window window;

    TableCopy(
            FollowedTable table,
            MySqlServer server,
            Charsets charsets,
            int chunkRows,
            ChangeRecords records,
            TableMetrics metrics) {
        this.table = table;
        this.server = server;
        this.charsets = charsets;
        this.chunkRows = chunkRows;
        this.rowsAtOnce = chunkRows;
        this.records = records;
        this.metrics = metrics;
        this.whole = new KeylessCopy(table, server, charsets, records, metrics);
    }

    /** Sends the beginning, unless it was sent: before any change that the table's offset of now goes with. */
    void begin(Connection connection, Place place) throws SQLException, InterruptedException {
        if (table.hasBegun()) {
            return;
        }
        table.began();
        metrics.copyStarted(new MySqlCatalog(connection, server).estimatedRows(table.id()));
        records.begins(table.copy().orElseThrow().snapshotId(), place);
        records.flush(0);
        LOG.info("Copying {} while its changes are followed", table.id());
    }

    /** Does what can be done now; false when the stream has to come further before. */
    boolean step(Connection connection, StreamPosition stream, Place place) throws SQLException, InterruptedException {
        if (table.isCopiedAtOnce()) {
            return whole.step(connection, stream, place);
        }
        Copy copy = table.copy().orElseThrow();
        if (window == null || window.changed.size() > CHANGED_KEYS) {
            window = new Window(Watermark.of(server, table.id()));
        }
        Window chunk = window;
        if (chunk.high == null && chunk.pace.isDue()) {
            chunk.high = chunk.watermark
                    .read(connection, stream, () -> read(connection, copy, chunk))
                    .orElse(null);
            chunk.rows.keySet().removeAll(chunk.changed);
        }
        if (chunk.high == null || !stream.hasReached(chunk.high)) {
            return false;
        }
        window = null;
        close(chunk, copy, place);
        return true;
    }

    /** Whether rows are read that wait for the stream. */
    boolean hasChunk() {
        return window != null && window.high != null;
    }

    /** A newer state of a row, or its end, has come by the stream. */
    void changed(Struct key) {
        if (window == null) {
            return;
        }
        window.isDisturbed = true;
        if (window.high == null) {
            window.changed.add(key);
        } else {
            window.rows.remove(key);
        }
    }

    /** Rows look different now, or are all gone: what was read is of no use. */
    void forgetChunk() {
        window = null;
    }

    /** A server that has altered the table shows it in the catalog by the time at which a query sees it. */
    private void requireSameColumns(Connection connection) throws SQLException {
        List<MySqlColumn> columns = new MySqlCatalog(connection, server).columns(table.id());
        if (!columns.isEmpty() && !table.layout().reads(columns)) {
            throw new OtherColumnsException(table.id());
        }
    }

    /** @throws DataException when the value of a column is none of its type, as it can be once the type is another one */
    private Struct row(ResultSet result) throws SQLException {
        try {
            return table.layout().row(result);
        } catch (ArithmeticException | IndexOutOfBoundsException e) {
            throw new DataException("a value is not of the type of its column: " + e.getMessage(), e);
        }
    }

    /** One row more than is sent tells whether this is the last chunk. */
    private void read(Connection connection, Copy copy, Window chunk) throws SQLException {
        boolean isEnding = copy.stage() == Copy.Stage.ENDING;
        // At the end any row will do that is still there.
        String place = isEnding ? "" : copy.keyAfter();
        int limit = isEnding ? 1 : rowsAtOnce;
        KeyCursor cursor =
                new KeyCursor(table.layout(), charsets, table.table().settings().condition());
        try (PreparedStatement query = connection.prepareStatement(cursor.query(place, limit + 1))) {
            cursor.bind(query, place);
            // Row by row, so that no more of them are in memory than are wanted.
            query.setFetchSize(Integer.MIN_VALUE);
            try (ResultSet result = query.executeQuery()) {
                chunk.empty();
                long bytes = 0;
                List<byte[]> last = List.of();
                while (result.next()) {
                    if (chunk.count == limit || bytes >= CHUNK_BYTES) {
                        chunk.isLast = false;
                        break;
                    }
                    Struct row = row(result);
                    bytes += RowStream.weight(row);
                    chunk.rows.put(table.layout().envelopes().key(row), row);
                    last = cursor.key(result);
                    chunk.count++;
                }
                if (chunk.count > 0) {
                    chunk.keyAfter = KeyCursor.place(last);
                }
                adapt(chunk.count, bytes);
            }
        }
        requireSameColumns(connection);
    }

    /** What a query sends is read to its end also when less is wanted, so the next one asks for what is. */
    private void adapt(int count, long bytes) {
        if (count > 0) {
            rowsAtOnce = (int) Math.max(1, Math.min(chunkRows, CHUNK_BYTES / Math.max(1, bytes / count)));
        }
    }

    private void close(Window chunk, Copy copy, Place place) throws InterruptedException {
        if (copy.stage() == Copy.Stage.ENDING) {
            end(chunk, copy, place);
            return;
        }
        long ordinal = copy.rows();
        for (Struct row : chunk.rows.values()) {
            ordinal++;
            records.read(row, new SnapshotOrdinal(copy.snapshotId(), ordinal), SnapshotFlag.TRUE, place);
        }
        metrics.copied(ordinal);
        String keyAfter = chunk.count == 0 ? copy.keyAfter() : chunk.keyAfter;
        Copy.Stage stage = chunk.isLast ? Copy.Stage.ENDING : Copy.Stage.READING;
        Copy next = new Copy(copy.snapshotId(), keyAfter, ordinal, stage);
        table.copied(next);
        if (chunk.isLast && !chunk.rows.isEmpty()) {
            finish(next);
        } else if (!records.isEmpty()) {
            records.replaceLastOffset(table.offset());
        }
        records.flush(0);
    }

    /** The end rides on a row that is there, or on a truncate when there is none. */
    private void end(Window chunk, Copy copy, Place place) throws InterruptedException {
        if (!chunk.rows.isEmpty()) {
            long ordinal = copy.rows() + 1;
            Struct row = chunk.rows.values().iterator().next();
            records.read(row, new SnapshotOrdinal(copy.snapshotId(), ordinal), SnapshotFlag.LAST, place);
            finish(new Copy(copy.snapshotId(), copy.keyAfter(), ordinal, copy.stage()));
        } else if (chunk.count == 0 && !chunk.isDisturbed) {
            table.finishedCopy();
            records.endsEmpty(copy, place);
            finished(copy);
        }
        records.flush(0);
    }

    /** The last record that was made carries the end. */
    void finish(Copy copy) {
        table.finishedCopy();
        records.endOnLast(copy);
        finished(copy);
    }

    private void finished(Copy copy) {
        metrics.copied(copy.rows());
        metrics.copyFinished();
        LOG.info("Copied {}: {} rows", table.id(), copy.rows());
    }

    /** The rows of a chunk that nothing newer has come for, or, before they are read, what newer has come for. */
    private static final class Window {
        private final Watermark watermark;
        private final Set<Struct> changed = new HashSet<>();
        private final Map<Struct, Struct> rows = new LinkedHashMap<>();
        private final Pace pace = new Pace();
        private BinlogPosition high;
        private String keyAfter = "";
        private int count;
        private boolean isLast = true;
        private boolean isDisturbed;

        Window(Watermark watermark) {
            this.watermark = watermark;
        }

        /** What an earlier try has left. */
        private void empty() {
            rows.clear();
            keyAfter = "";
            count = 0;
            isLast = true;
        }
    }
}
