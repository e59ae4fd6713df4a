// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.OnTableError;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.Connections;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a reader, on which its tables take turns: each table has one turn after the other, when it is due, and
 * waits alone when it must. What fails is tried again, later each time, unless it stops the task; when nobody takes
 * records, the table waits until somebody does. Thread-safe.
 */
public final class TableTurns {

    private static final Logger LOG = LoggerFactory.getLogger(TableTurns.class);

    /** Clocks may be set and machines may sleep: no wait is longer without looking at the clock again. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final FailureMeaning meaning;
    private final RecordBuffer buffer;
    private final TableFailures failures;
    private final Clock clock;
    private final Duration longestWait;
    private final ScheduledThreadPoolExecutor executor;

    /**
     * Prepares the threads.
     *
     * @param threadName what their names begin with
     * @param threads how many tables have their turn at once
     * @param connections to a PostgreSQL, for messages
     */
    public TableTurns(String threadName, int threads, Connections connections, RecordBuffer buffer, Clock clock) {
        this(threadName, threads, new PostgresMeaning(connections), buffer, clock);
    }

    /**
     * Prepares the threads.
     *
     * @param threadName what their names begin with
     * @param threads how many tables have their turn at once
     */
    public TableTurns(String threadName, int threads, FailureMeaning meaning, RecordBuffer buffer, Clock clock) {
        this(threadName, threads, meaning, buffer, clock, LONGEST_WAIT);
    }

    TableTurns(
            String threadName,
            int threads,
            Connections connections,
            RecordBuffer buffer,
            Clock clock,
            Duration longestWait) {
        this(threadName, threads, new PostgresMeaning(connections), buffer, clock, longestWait);
    }

    private TableTurns(
            String threadName,
            int threads,
            FailureMeaning meaning,
            RecordBuffer buffer,
            Clock clock,
            Duration longestWait) {
        this.meaning = requireNonNull(meaning, "meaning is null");
        this.buffer = requireNonNull(buffer, "buffer is null");
        this.failures = new TableFailures(meaning, buffer);
        this.clock = requireNonNull(clock, "clock is null");
        this.longestWait = requireNonNull(longestWait, "longestWait is null");
        AtomicInteger number = new AtomicInteger();
        this.executor = new ScheduledThreadPoolExecutor(threads, task -> {
            Thread thread = new Thread(task, threadName + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Gives a table its first turn at once. */
    public void begin(TableId table, OnTableError onTableError, TableMetrics metrics, Turn turn) {
        beginAfter(Duration.ZERO, table, onTableError, metrics, turn);
    }

    /** Gives a table its first turn after some time. */
    public void beginAfter(Duration wait, TableId table, OnTableError onTableError, TableMetrics metrics, Turn turn) {
        schedule(new Turns(table, onTableError, metrics, turn), wait);
    }

    /** Begins no further turn, and interrupts the threads. Connections that they wait for must be cut besides. */
    public void requestStop() {
        executor.shutdownNow();
    }

    /** Waits for the threads to end, and says so in the log if they do not. */
    public void awaitEnd(Duration patience) throws InterruptedException {
        if (!executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("A table was still read {} s after the task was stopped", patience.toSeconds());
        }
    }

    private void schedule(Turns turns, Duration delay) {
        try {
            Future<?> unused = executor.schedule(turns, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("Stopped; {} is not read again", turns.table);
        }
    }

    /** One turn of a table. */
    @FunctionalInterface
    public interface Turn {
        /**
         * Reads what there is to read, for as long as it takes.
         *
         * @return when the next turn is due; empty when there is none
         * @throws SQLException when the source failed; the turn is taken again if that may help
         * @throws CongestedException when nobody takes records
         */
        Optional<Instant> take() throws SQLException, InterruptedException;
    }

    /** The turns of one table, one after the other. */
    private final class Turns implements Runnable {

        private final TableId table;
        private final OnTableError onTableError;
        private final TableMetrics metrics;
        private final Turn turn;
        private Instant due = Instant.MIN;

        Turns(TableId table, OnTableError onTableError, TableMetrics metrics, Turn turn) {
            this.table = table;
            this.onTableError = onTableError;
            this.metrics = metrics;
            this.turn = turn;
        }

        @Override
        public void run() {
            try {
                if (clock.instant().isBefore(due)) {
                    scheduleWhenDue();
                    return;
                }
                take();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (CongestedException e) {
                congested(e);
            } catch (SQLException | RuntimeException e) {
                failed(e);
            } catch (Error e) {
                // An executor would swallow it, and the table would never be read again.
                buffer.fail(meaning.stopping(table, e));
            }
        }

        private void take() throws SQLException, InterruptedException {
            Optional<Instant> next = turn.take();
            if (next.isPresent()) {
                due = next.get();
                scheduleWhenDue();
            }
        }

        private void scheduleWhenDue() {
            Duration wait = Duration.between(clock.instant(), due);
            if (wait.isNegative()) {
                schedule(this, Duration.ZERO);
                return;
            }
            // Rounded up, or it would come just before its time.
            Duration full = wait.plusMillis(1);
            schedule(this, full.compareTo(longestWait) < 0 ? full : longestWait);
        }

        private void congested(CongestedException cause) {
            LOG.warn("{}. {} is read on when they are taken again", cause.getMessage(), table);
            try {
                buffer.awaitRoom();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
            schedule(this, Duration.ZERO);
        }

        private void failed(Exception failure) {
            if (executor.isShutdown()) {
                return;
            }
            failures.waitAfter(failure, table, onTableError, metrics).ifPresent(wait -> schedule(this, wait));
        }
    }
}
