// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.source.config.Mode;
import io.tablecast.source.config.RecordSettings;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.postgres.SnapshotCheck;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.reading.CongestedException;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.RecordBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a table in mode {@code snapshot}: look whether it has changed, copy it if so. Used by one thread at a time. */
final class SnapshotRun {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotRun.class);

    /** A change just before the counters were read may not have been counted yet: look again after this time. */
    private static final Duration SECOND_LOOK = ChangeProof.COUNTER_DELAY.plusSeconds(10);

    private final SnapshotTable table;
    private final RecordSettings records;
    private final OpenConnections connections;
    private final CopyThreads threads;
    private final CommonMoments moments;
    private final RecordBuffer buffer;
    private final Heartbeats heartbeats;
    private final TableMetrics metrics;
    private final Clock clock;

    SnapshotRun(
            SnapshotTable table,
            RecordSettings records,
            OpenConnections connections,
            CopyThreads threads,
            CommonMoments moments,
            RecordBuffer buffer,
            Heartbeats heartbeats,
            TableMetrics metrics,
            Clock clock) {
        this.table = table;
        this.records = records;
        this.connections = connections;
        this.threads = threads;
        this.moments = moments;
        this.buffer = buffer;
        this.heartbeats = heartbeats;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Runs the table and says when the next run is due. */
    NextRun run(NextRun previous) throws SQLException, InterruptedException {
        threads.take();
        try {
            return runAtItsPlace(previous);
        } finally {
            threads.giveBack();
        }
    }

    private NextRun runAtItsPlace(NextRun previous) throws SQLException, InterruptedException {
        CommonMoment moment = moments.of(table, previous);
        Connection connection = moment.connect();
        boolean isDone = false;
        try {
            NextRun next = lookedAt(connection, moment, previous);
            isDone = true;
            return next;
        } catch (CongestedException e) {
            // Nobody takes records: the source must not keep the moment for tables whose turn may be far away.
            moment.giveUp();
            throw e;
        } finally {
            if (isDone) {
                connections.giveBack(connection);
            } else {
                connections.close(connection);
            }
        }
    }

    private NextRun lookedAt(Connection connection, CommonMoment moment, NextRun previous)
            throws SQLException, InterruptedException {
        Instant begun = moment.begun();
        SourceCatalog catalog = new SourceCatalog(connection, records);
        Optional<SourceTable> found = catalog.table(table.id(), table.settings());
        if (found.isEmpty()) {
            LOG.warn("{} does not exist any more at the source; looking again at the next run", table.id());
            return new NextRun(moments.nextDue(table), begun, previous.offsetTime(), "", previous.snapshotId());
        }
        String fingerprint = moment.proof(table.id()).fingerprint(found.get().fingerprint());
        SourceIdentity source = catalog.identity();
        if (!fingerprint.isEmpty() && fingerprint.equals(previous.fingerprint())) {
            return unchanged(previous, source, begun);
        }
        return copied(connection, found.get(), source, moment, fingerprint);
    }

    /** Stores that the table waits for its first run. */
    void beginWithoutData(SourceIdentity source) throws InterruptedException {
        heartbeats.send(table.partition(), OffsetCodec.encode(new TableOffset.Copied(source, "", clock.instant(), "")));
    }

    private NextRun unchanged(NextRun previous, SourceIdentity source, Instant begun) throws InterruptedException {
        LOG.debug("{} is unchanged since snapshot {}", table.id(), previous.snapshotId());
        boolean isOffsetOld = heartbeats.isDue(previous.offsetTime(), begun);
        if (isOffsetOld) {
            TableOffset.Copied checked =
                    new TableOffset.Copied(source, previous.snapshotId(), begun, previous.fingerprint());
            heartbeats.sendInTransaction(table.partition(), OffsetCodec.encode(checked));
        }
        boolean wasSecondLook = previous.due().equals(previous.provenAt().plus(SECOND_LOOK));
        Instant next = moments.nextDue(table);
        Instant secondLook = begun.plus(SECOND_LOOK);
        Instant due = wasSecondLook || next.isBefore(secondLook) ? next : secondLook;
        return new NextRun(
                due, begun, isOffsetOld ? begun : previous.offsetTime(), previous.fingerprint(), previous.snapshotId());
    }

    private NextRun copied(
            Connection connection, SourceTable found, SourceIdentity source, CommonMoment moment, String fingerprint)
            throws SQLException, InterruptedException {
        SnapshotCheck.lockAndCheck(connection, found.query());
        Instant begun = moment.begun();
        SnapshotPoint point = moment.pointOfCopy();
        String mode = Mode.SNAPSHOT.configName();
        Map<String, Object> copying = OffsetCodec.encode(new TableOffset.Copying(source, mode, point.id()));
        Map<String, Object> finished =
                OffsetCodec.encode(new TableOffset.Copied(source, point.id(), begun, fingerprint));
        LOG.info("Copying {} as snapshot {}", table.id(), point.id());
        RowReading reading = new RowReading(connections, threads);
        long rows = new TableCopy(found, mode, point, copying, finished, reading, buffer, metrics).run(connection);
        NextRun next = new NextRun(moments.nextDue(table), begun, begun, fingerprint, point.id());
        LOG.info(
                "Copied {} as snapshot {}: {} rows in {} ms; next run at {}",
                table.id(),
                point.id(),
                rows,
                Duration.between(begun, clock.instant()).toMillis(),
                next.due());
        return next;
    }
}
