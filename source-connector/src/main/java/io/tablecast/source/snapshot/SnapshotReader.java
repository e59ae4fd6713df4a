// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.RecordSettings;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.postgres.SessionPool;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.ModeReader;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.reading.TableTurns;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tables of mode {@code snapshot} at their times, some of them at once, each with a connection of its own. Those
 * that are due together see one snapshot.
 */
public final class SnapshotReader implements ModeReader {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotReader.class);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final List<SnapshotTable> tables;
    private final SourceIdentity source;
    private final RecordSettings records;
    private final OpenConnections openConnections;
    private final CopyThreads threads;
    private final CommonMoments moments;
    private final RecordBuffer buffer;
    private final Heartbeats heartbeats;
    private final Function<TableId, TableMetrics> metrics;
    private final Clock clock;
    private final TableTurns turns;

    /**
     * Prepares the reader.
     *
     * @param threads how many tables are copied at once, and with how many connections
     */
    public SnapshotReader(
            List<SnapshotTable> tables,
            SourceIdentity source,
            RecordSettings records,
            Connections connections,
            SessionPool sessions,
            CopyThreads threads,
            RecordBuffer buffer,
            Heartbeats heartbeats,
            Function<TableId, TableMetrics> metrics,
            Clock clock) {
        this.tables = List.copyOf(tables);
        this.source = source;
        this.records = records;
        this.openConnections = new OpenConnections(sessions, connections.target());
        this.threads = threads;
        this.moments = new CommonMoments(openConnections, clock);
        this.buffer = buffer;
        this.heartbeats = heartbeats;
        this.metrics = metrics;
        this.clock = clock;
        this.turns = new TableTurns("tablecast-snapshot-", threads.count(), connections, buffer, clock);
    }

    @Override
    public void start() {
        Instant now = clock.instant();
        List<Runs> all = tables.stream()
                .map(table -> new Runs(table, metrics.apply(table.id()), now))
                .toList();
        all.forEach(
                runs -> turns.begin(runs.table.id(), runs.table.settings().onTableError(), runs.tableMetrics, runs));
    }

    @Override
    public void stop() {
        turns.requestStop();
        openConnections.cutAll();
        try {
            turns.awaitEnd(STOP_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The runs of one table. Its first turn only finds out when the first run is due. */
    private final class Runs implements TableTurns.Turn {

        private final SnapshotTable table;
        private final TableMetrics tableMetrics;
        private final SnapshotRun run;
        private NextRun next;
        private boolean hasBegun;

        /** Before any table has its turn: those that are due at once see one moment. */
        Runs(SnapshotTable table, TableMetrics tableMetrics, Instant now) {
            this.table = table;
            this.tableMetrics = tableMetrics;
            this.run = new SnapshotRun(
                    table, records, openConnections, threads, moments, buffer, heartbeats, tableMetrics, clock);
            try {
                next = NextRun.of(table, source, now);
                moments.join(table, next);
            } catch (InvalidOffset e) {
                LOG.debug("Its first turn tells what is wrong with the offset of {}", table.id(), e);
            }
        }

        @Override
        public Optional<Instant> take() throws SQLException, InterruptedException {
            if (!hasBegun) {
                begin();
                return Optional.of(next.due());
            }
            tableMetrics.behindSince(next.due().toEpochMilli());
            next = run.run(next);
            tableMetrics.succeeded();
            moments.waits(table, next);
            return Optional.of(next.due());
        }

        private void begin() throws InterruptedException {
            if (next == null) {
                next = NextRun.of(table, source, clock.instant());
            }
            if (NextRun.beginsWithoutData(table)) {
                run.beginWithoutData(source);
            }
            hasBegun = true;
        }
    }
}
