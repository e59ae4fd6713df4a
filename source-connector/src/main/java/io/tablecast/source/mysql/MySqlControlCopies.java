// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.record.MySqlSourceBlock;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlMode;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.incremental.RangeCopy;
import io.tablecast.source.incremental.SentPosition;
import io.tablecast.source.incremental.UpperBound;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.snapshot.CopyRecords;
import io.tablecast.source.snapshot.SnapshotPoint;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies a table, or a range of it, in the transaction of a look, and says where following goes on. */
final class MySqlControlCopies {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlControlCopies.class);

    private final BinlogTable table;
    private final MySqlSettings settings;
    private final MySqlServer server;
    private final SourceIdentity source;
    private final RowStream stream;
    private final RecordBuffer buffer;
    private final Heartbeats heartbeats;
    private final TableMetrics metrics;
    private final Clock clock;

    MySqlControlCopies(
            BinlogTable table,
            MySqlSettings settings,
            MySqlServer server,
            RowStream stream,
            RecordBuffer buffer,
            Heartbeats heartbeats,
            TableMetrics metrics,
            Clock clock) {
        this.table = table;
        this.settings = settings;
        this.server = server;
        this.source =
                new SourceIdentity(server.uuid(), table.partition().table().schema());
        this.stream = stream;
        this.buffer = buffer;
        this.heartbeats = heartbeats;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Copies all rows within a bound, and those that no bound reaches. */
    SentPosition ofTable(Connection connection, SeenMySqlTable now, UpperBound bound)
            throws SQLException, InterruptedException {
        Instant begun = clock.instant();
        metrics.behind();
        Instant time = OpenedTable.time(connection);
        String snapshot = SnapshotPoint.newId(time);
        SentPosition finished = new SentPosition(now.following(source, bound.end()), Map.of());
        LOG.info("Copying {} as snapshot {}, then following it", id(), snapshot);
        String mode = MySqlMode.INCREMENTAL.configName();
        long rows = copy(
                connection,
                now,
                time,
                SnapshotBegin.ofTable(snapshot, mode, now.layout().structure()),
                queries(now).firstCopy(bound),
                OffsetCodec.encode(new TableOffset.Copying(source, mode, snapshot)),
                finished.offset());
        LOG.info(
                "Copied {} as snapshot {}: {} rows in {} ms; following it from {}",
                id(),
                snapshot,
                rows,
                Duration.between(begun, clock.instant()).toMillis(),
                bound.end());
        return finished;
    }

    /** Copies the rows of a range again. */
    SentPosition ofRange(Connection connection, SeenMySqlTable now, RangeCopy range, SentPosition before)
            throws SQLException, InterruptedException {
        Instant time = OpenedTable.time(connection);
        String snapshot = SnapshotPoint.newId(time);
        SentPosition finished = new SentPosition(range.finished(), Map.of());
        Clause where = queries(now).range(range);
        if (isEmpty(connection, now, where)) {
            LOG.warn("Read {} again in a range: there are no rows, so nothing is sent", id());
            heartbeats.send(table.partition(), finished.offset());
            return finished;
        }
        long rows = copy(
                connection,
                now,
                time,
                range.begin(snapshot, now.layout().structure()),
                where,
                before.offset(),
                finished.offset());
        LOG.info("Read {} again in a range as snapshot {}: {} rows", id(), snapshot, rows);
        return finished;
    }

    private long copy(
            Connection connection,
            SeenMySqlTable now,
            Instant time,
            SnapshotBegin begin,
            Clause where,
            Map<String, ?> copyingOffset,
            Map<String, ?> finishedOffset)
            throws SQLException, InterruptedException {
        MySqlSourceBlock sourceBlock = new MySqlSourceBlock(settings.topicPrefix(), id());
        CopyRecords records = new CopyRecords(
                new SnapshotCopy(table, now.layout(), sourceBlock, time, server.serverId()),
                begin,
                copyingOffset,
                finishedOffset,
                buffer,
                metrics);
        metrics.copyStarted(new MySqlCatalog(connection, server).estimatedRows(id()));
        new StreamedRows(now.layout(), where, records, stream).read(connection);
        long rows = records.finish();
        metrics.copyFinished();
        return rows;
    }

    private boolean isEmpty(Connection connection, SeenMySqlTable now, Clause where) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT 1 FROM " + now.layout().quotedName() + " WHERE " + where.text() + " LIMIT 1")) {
            where.bind(query);
            try (ResultSet result = query.executeQuery()) {
                return !result.next();
            }
        }
    }

    private ControlQuery queries(SeenMySqlTable now) {
        return now.queries(table.settings().condition());
    }

    private TableId id() {
        return table.partition().table();
    }
}
