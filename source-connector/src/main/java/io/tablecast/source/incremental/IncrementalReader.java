// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

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
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the tables of a task that have mode {@code incremental}: each is copied once, then looked at again and again.
 * One thread is always free of copies, so that copied tables go on.
 */
public final class IncrementalReader implements ModeReader {

    private static final Logger LOG = LoggerFactory.getLogger(IncrementalReader.class);

    /** Clocks may be set and machines may sleep: no wait is longer without looking at the clock again. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /** Undefined column and table: somebody may have changed the table just after its columns were read. */
    private static final Set<String> CHANGED_MEANWHILE = Set.of("42703", "42P01");

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final List<IncrementalTable> tables;
    private final SourceIdentity source;
    private final RecordSettings records;
    private final Connections connections;
    private final OpenConnections openConnections;
    private final IdleConnections idleConnections;
    private final RecordBuffer buffer;
    private final Heartbeats heartbeats;
    private final Function<TableId, TableMetrics> metrics;
    private final Clock clock;
    private final Semaphore copies;
    private final ScheduledThreadPoolExecutor executor;

    /**
     * Prepares the reader.
     *
     * @param threads how many tables are copied at once
     */
    public IncrementalReader(
            List<IncrementalTable> tables,
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
        this.idleConnections = new IdleConnections(openConnections);
        this.buffer = buffer;
        this.heartbeats = heartbeats;
        this.metrics = metrics;
        this.clock = clock;
        this.copies = new Semaphore(threads);
        AtomicInteger number = new AtomicInteger();
        this.executor = new ScheduledThreadPoolExecutor(threads + 1, task -> {
            Thread thread = new Thread(task, "tablecast-incremental-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void start() {
        tables.forEach(table -> schedule(new Looks(table), Duration.ZERO));
    }

    @Override
    public void stop() {
        executor.shutdownNow();
        openConnections.cutAll();
        try {
            if (!executor.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("A table was still read {} s after the task was stopped", STOP_PATIENCE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void schedule(Looks looks, Duration delay) {
        try {
            Future<?> unused = executor.schedule(looks, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("Stopped; {} is not read again", looks.table.id());
        }
    }

    /** The looks at one table, one after the other. */
    private final class Looks implements Runnable {

        private final IncrementalTable table;
        private final TableMetrics tableMetrics;
        private final TableRun run;
        private int failures;

        Looks(IncrementalTable table) {
            this.table = table;
            this.tableMetrics = metrics.apply(table.id());
            this.run = new TableRun(
                    table, source, records, idleConnections, copies, buffer, heartbeats, tableMetrics, clock);
        }

        @Override
        public void run() {
            try {
                Duration wait = run.run();
                failures = 0;
                schedule(this, wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (CongestedException e) {
                congested(e);
            } catch (SQLException e) {
                failed(e);
            } catch (ConnectException e) {
                buffer.fail(e);
            } catch (RuntimeException | Error e) {
                // An executor would swallow an Error, and the table would never be read again.
                buffer.fail(SourceFailures.reading(table.id(), connections, e));
            }
        }

        private void congested(CongestedException cause) {
            LOG.warn("{}. {} is read on when they are taken again", cause.getMessage(), table.id());
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
