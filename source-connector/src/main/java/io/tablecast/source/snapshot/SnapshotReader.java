// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.RecordSettings;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.postgres.SourceFailures;
import io.tablecast.source.postgres.SqlFailure;
import io.tablecast.source.reading.Backoff;
import io.tablecast.source.reading.CongestedException;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.ModeReader;
import io.tablecast.source.reading.RecordBuffer;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the tables of mode {@code snapshot} at their times, some of them at once, each with a connection of its own. */
public final class SnapshotReader implements ModeReader {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotReader.class);

    /** Clocks may be set and machines may sleep: no wait is longer without looking at the clock again. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /** Undefined column and table: somebody may have changed the table just after its columns were read. */
    private static final Set<String> CHANGED_MEANWHILE = Set.of("42703", "42P01");

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final List<SnapshotTable> tables;
    private final SourceIdentity source;
    private final RecordSettings records;
    private final Connections connections;
    private final OpenConnections openConnections;
    private final RecordBuffer buffer;
    private final Heartbeats heartbeats;
    private final Function<TableId, TableMetrics> metrics;
    private final Clock clock;
    private final ScheduledThreadPoolExecutor executor;

    /** @param threads how many tables are copied at once */
    public SnapshotReader(
            List<SnapshotTable> tables,
            SourceIdentity source,
            RecordSettings records,
            Connections connections,
            int threads,
            RecordBuffer buffer,
            Heartbeats heartbeats,
            Function<TableId, TableMetrics> metrics,
            Clock clock) {
        this.tables = List.copyOf(tables);
        this.source = source;
        this.records = records;
        this.connections = connections;
        this.openConnections = new OpenConnections(connections);
        this.buffer = buffer;
        this.heartbeats = heartbeats;
        this.metrics = metrics;
        this.clock = clock;
        AtomicInteger number = new AtomicInteger();
        this.executor = new ScheduledThreadPoolExecutor(threads, task -> {
            Thread thread = new Thread(task, "tablecast-snapshot-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void start() {
        for (SnapshotTable table : tables) {
            Runs runs = new Runs(table);
            schedule(runs, Duration.ZERO);
        }
    }

    @Override
    public void stop() {
        executor.shutdownNow();
        openConnections.cutAll();
        try {
            if (!executor.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("A copy did not end within {} s after the task was stopped", STOP_PATIENCE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void schedule(Runs runs, Duration delay) {
        try {
            Future<?> unused = executor.schedule(runs, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("Stopped; {} is not run again", runs.table.id());
        }
    }

    /** The runs of one table, one after the other. */
    private final class Runs implements Runnable {

        private final SnapshotTable table;
        private final TableMetrics tableMetrics;
        private final SnapshotRun run;
        private NextRun next;
        private int failures;

        Runs(SnapshotTable table) {
            this.table = table;
            this.tableMetrics = metrics.apply(table.id());
            this.run = new SnapshotRun(table, records, openConnections, buffer, heartbeats, tableMetrics, clock);
        }

        @Override
        public void run() {
            try {
                schedule(this, runIfDue());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (CongestedException e) {
                congested(e);
            } catch (SQLException e) {
                failed(e);
            } catch (RuntimeException | Error e) {
                // An executor would swallow an Error, and the table would never be read again.
                buffer.fail(SourceFailures.reading(table.id(), connections, e));
            }
        }

        private Duration runIfDue() throws SQLException, InterruptedException {
            if (next == null) {
                begin();
            }
            Instant now = clock.instant();
            if (now.isBefore(next.due())) {
                return shorter(Duration.between(now, next.due()));
            }
            tableMetrics.behindSince(next.due().toEpochMilli());
            next = run.run(next);
            failures = 0;
            tableMetrics.succeeded();
            return shorter(Duration.between(clock.instant(), next.due()));
        }

        private void begin() throws InterruptedException {
            next = NextRun.of(table, source, clock.instant());
            if (NextRun.beginsWithoutData(table)) {
                run.beginWithoutData(source);
            }
        }

        private Duration shorter(Duration wait) {
            if (wait.isNegative()) {
                return Duration.ZERO;
            }
            return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
        }

        private void congested(CongestedException cause) {
            LOG.warn("{}. {} is copied again when they are taken again", cause.getMessage(), table.id());
            try {
                buffer.awaitRoom();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
            schedule(this, Duration.ZERO);
        }

        private void failed(SQLException failure) {
            if (executor.isShutdown()) {
                return;
            }
            tableMetrics.failed();
            boolean mayBeBetweenTwoShapes =
                    failures == 0 && CHANGED_MEANWHILE.contains(String.valueOf(failure.getSQLState()));
            if (SqlFailure.of(failure) == SqlFailure.STOP && !mayBeBetweenTwoShapes) {
                buffer.fail(SourceFailures.reading(table.id(), connections, failure));
                return;
            }
            failures++;
            Duration wait = Backoff.after(failures);
            LOG.warn(
                    "Reading {} from {} failed {} times in a row; trying again in {} ms: {}",
                    table.id(),
                    connections.target(),
                    failures,
                    wait.toMillis(),
                    failure.getMessage());
            schedule(this, wait);
        }
    }
}
