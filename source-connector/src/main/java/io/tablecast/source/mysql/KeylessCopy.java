// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.BinlogOffset.Copy;
import io.tablecast.contract.record.MySqlSourceBlock.Place;
import io.tablecast.contract.record.SnapshotFlag;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.UnreadableTableException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies a table without a key in one piece, because newer rows of the stream could not be told from those of a chunk: one
 * snapshot, whose place in the binlog must be known exactly, and behind which the table is followed. The stream stands
 * still meanwhile. Used by one thread, between transactions of the stream.
 */
final class KeylessCopy {

    private static final Logger LOG = LoggerFactory.getLogger(KeylessCopy.class);
    private static final int TRIES = 20;
    private static final int BATCH_ROWS = 1_000;
    private static final long BATCH_BYTES = 1 << 20;

    private final FollowedTable table;
    private final MySqlServer server;
    private final Charsets charsets;
    private final ChangeRecords records;
    private final TableMetrics metrics;
    private final Pace pace = new Pace();
    private Watermark watermark;
    private int tries;

    KeylessCopy(
            FollowedTable table, MySqlServer server, Charsets charsets, ChangeRecords records, TableMetrics metrics) {
        this.table = table;
        this.server = server;
        this.charsets = charsets;
        this.records = records;
        this.metrics = metrics;
    }

    /**
     * Copies the table, unless its snapshot has no known place; false when the stream has to come further before.
     *
     * @throws UnreadableTableException when so many transactions end that no snapshot has one
     */
    boolean step(Connection connection, StreamPosition stream, Place place) throws SQLException, InterruptedException {
        if (!pace.isDue()) {
            return false;
        }
        BinlogPosition end = server.end(connection);
        if (!server.isMariaDb() && !stream.hasReached(end)) {
            return false;
        }
        if (!seesAll(connection, stream)) {
            return false;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
            try {
                MySqlCatalog catalog = new MySqlCatalog(connection, server);
                catalog.open(table.id());
                Optional<BinlogPosition> seen = seen(connection, stream, end);
                if (seen.isPresent()) {
                    table.moveTo(seen.get(), table.prepared());
                    lookAgain(catalog);
                    if (table.isCopiedAtOnce()) {
                        read(connection, place);
                    }
                    return true;
                }
            } finally {
                statement.execute("ROLLBACK");
            }
        }
        if (++tries == TRIES) {
            throw new UnreadableTableException("Transactions end so fast that none of " + TRIES + " snapshots of "
                    + table.id() + " had a known place in the binlog, and a table without a key can only be copied from"
                    + " one that has. Give it a key, or copy it while less is written.");
        }
        return false;
    }

    /** Whether queries see all that the stream has brought. */
    private boolean seesAll(Connection connection, StreamPosition stream) throws SQLException {
        if (server.isMariaDb()) {
            return true;
        }
        watermark = watermark == null ? Watermark.of(server, table.id()) : watermark;
        boolean seesAll = watermark.read(connection, stream, () -> {}).isPresent();
        watermark = seesAll ? null : watermark;
        return seesAll;
    }

    /** The place of the open snapshot. */
    private Optional<BinlogPosition> seen(Connection connection, StreamPosition stream, BinlogPosition before)
            throws SQLException {
        if (server.isMariaDb()) {
            BinlogPosition seen = server.seenBySnapshot(connection);
            String gtids =
                    MariaDbGtids.at(connection, seen.file(), seen.offset()).toString();
            // MariaDB tells no GTIDs of places that are far, and begins another file soon.
            return EventPlaces.isFar(seen.offset()) || seen.isBefore(stream.file(), stream.offset())
                    ? Optional.empty()
                    : Optional.of(new BinlogPosition(seen.file(), seen.offset(), gtids));
        }
        // Nothing was written while it was opened, so that it sees what the stream has brought, and nothing else.
        return server.end(connection).equals(before) ? Optional.of(stream.position()) : Optional.empty();
    }

    /** What has altered the table is passed over up to the snapshot's place, or was not followed by a row yet. */
    private void lookAgain(MySqlCatalog catalog) throws SQLException {
        Optional<Described> described = catalog.describe(table.id());
        if (described.isEmpty()) {
            return;
        }
        TableLayout now = TableLayout.of(table.frame(), described.get(), charsets);
        if (!now.key().isEmpty()) {
            LOG.info("{} has a key now, by which it is copied", table.id());
            table.startCopy();
        }
        table.changeLayout(now, List.of());
    }

    private void read(Connection connection, Place place) throws SQLException, InterruptedException {
        if (table.hasBegun()) {
            // Rows of another snapshot under the same id would be taken for those that were sent already.
            table.startCopy();
        }
        Copy copy = table.copy().orElseThrow();
        table.began();
        metrics.copyStarted(new MySqlCatalog(connection, server).estimatedRows(table.id()));
        LOG.info("Copying {}, which has no key, in one piece", table.id());
        records.beginsWhole(copy.snapshotId(), place);
        long ordinal = 0;
        String condition = table.table().settings().condition();
        try (Statement statement = connection.createStatement()) {
            // Row by row, instead of all of them in memory.
            statement.setFetchSize(Integer.MIN_VALUE);
            try (ResultSet rows = statement.executeQuery("SELECT "
                    + table.layout().selectList() + " FROM " + table.layout().quotedName()
                    + (condition.isEmpty() ? "" : " WHERE (" + condition + "\n)"))) {
                while (rows.next()) {
                    if (records.size() > BATCH_ROWS || records.copiedBytes() > BATCH_BYTES) {
                        records.flush(0);
                        metrics.copied(ordinal);
                    }
                    ordinal++;
                    records.read(
                            table.layout().row(rows),
                            new SnapshotOrdinal(copy.snapshotId(), ordinal),
                            SnapshotFlag.TRUE,
                            place);
                }
            }
        }
        Copy whole = new Copy(copy.snapshotId(), "", ordinal, Copy.Stage.ENDING);
        table.finishedCopy();
        if (records.isEmpty()) {
            records.endsEmpty(whole, place);
        } else {
            records.endOnLast(whole);
        }
        records.flush(0);
        metrics.copied(ordinal);
        metrics.copyFinished();
        LOG.info("Copied {}: {} rows", table.id(), ordinal);
    }
}
