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
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.snapshot.CopyRecords;
import io.tablecast.source.snapshot.NextRun;
import io.tablecast.source.snapshot.SnapshotPoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a table in mode {@code snapshot}: a copy of it as one transaction sees it. Nothing at these servers proves
 * that a table has not changed, so each run copies. Used by one thread at a time.
 */
final class MySqlSnapshotRun {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlSnapshotRun.class);

    private final BinlogTable table;
    private final MySqlSettings settings;
    private final OpenConnections connections;
    private final RecordBuffer buffer;
    private final TableMetrics metrics;
    private final Clock clock;

    MySqlSnapshotRun(
            BinlogTable table,
            MySqlSettings settings,
            OpenConnections connections,
            RecordBuffer buffer,
            TableMetrics metrics,
            Clock clock) {
        this.table = table;
        this.settings = settings;
        this.connections = connections;
        this.buffer = buffer;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** The server that answers now. */
    SourceIdentity source() throws SQLException {
        Connection connection = connections.open();
        try {
            return source(MySqlServer.read(connection));
        } finally {
            connections.close(connection);
        }
    }

    /** Runs the table and says when the next run is due. */
    NextRun run(NextRun previous) throws SQLException, InterruptedException {
        Connection connection = connections.open();
        try {
            Instant begun = clock.instant();
            MySqlServer server = MySqlServer.read(connection);
            Optional<OpenedTable> opened = OpenedTable.open(connection, server, table, settings, clock);
            if (opened.isEmpty()) {
                LOG.warn("{} does not exist any more at the source; looking again at the next run", id());
                return new NextRun(nextAfter(begun), begun, previous.offsetTime(), "", previous.snapshotId());
            }
            warnOfEngine(opened.get());
            return copied(connection, server, opened.get().layout(), begun);
        } finally {
            connections.close(connection);
        }
    }

    private void warnOfEngine(OpenedTable opened) {
        if (!opened.hasSnapshots()) {
            LOG.warn(
                    "{} is stored by {}, which has no snapshots: rows that are written while it is copied may be in the"
                            + " copy or not. ALTER TABLE {} ENGINE = InnoDB makes copies exact",
                    id(),
                    opened.engine(),
                    Identifiers.quote(id()));
        }
    }

    private NextRun copied(Connection connection, MySqlServer server, TableLayout layout, Instant begun)
            throws SQLException, InterruptedException {
        SourceIdentity source = source(server);
        Instant time = OpenedTable.time(connection);
        String snapshot = SnapshotPoint.newId(time);
        String mode = MySqlMode.SNAPSHOT.configName();
        LOG.info("Copying {} as snapshot {}", id(), snapshot);
        MySqlSourceBlock sourceBlock = new MySqlSourceBlock(settings.topicPrefix(), id());
        CopyRecords records = new CopyRecords(
                new SnapshotCopy(table, layout, sourceBlock, time, server.serverId()),
                SnapshotBegin.ofTable(snapshot, mode, layout.structure()),
                OffsetCodec.encode(new TableOffset.Copying(source, mode, snapshot)),
                OffsetCodec.encode(new TableOffset.Copied(source, snapshot, begun, "")),
                buffer,
                metrics);
        metrics.copyStarted(new MySqlCatalog(connection, server).estimatedRows(id()));
        Clause where = Clause.ofUser(table.settings().condition());
        new StreamedRows(layout, where, records, new RowStream(connections)).read(connection);
        long rows = records.finish();
        metrics.copyFinished();
        NextRun next = new NextRun(nextAfter(begun), begun, begun, "", snapshot);
        LOG.info(
                "Copied {} as snapshot {}: {} rows in {} ms; next run at {}",
                id(),
                snapshot,
                rows,
                Duration.between(begun, clock.instant()).toMillis(),
                next.due());
        return next;
    }

    private Instant nextAfter(Instant begun) {
        return table.settings().runTimes().nextInRhythm(begun, clock.instant());
    }

    private TableId id() {
        return table.partition().table();
    }

    private SourceIdentity source(MySqlServer server) {
        return new SourceIdentity(server.uuid(), id().schema());
    }
}
