// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SourceFailures;
import io.tablecast.source.postgres.SqlFailure;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a reader, on which its tables take turns: each table has one turn after the other, when it is due, and
 * waits alone when it must. What may pass is tried again, later each time; when nobody takes records, the table waits
 * until somebody does; what would fail again stops the task. Thread-safe.
 */
public final class TableTurns {

    private static final Logger LOG = LoggerFactory.getLogger(TableTurns.class);

    /** Clocks may be set and machines may sleep: no wait is longer without looking at the clock again. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /** Undefined column and table: somebody may have changed the table just after its columns were read. */
    private static final Set<String> CHANGED_MEANWHILE = Set.of("42703", "42P01");

    private final Connections connections;
    private final RecordBuffer buffer;
    private final Clock clock;
    private final Duration longestWait;
    private final ScheduledThreadPoolExecutor executor;

    /**
     * Prepares the threads.
     *
     * @param threadName what their names begin with
     * @param threads how many tables have their turn at once
     * @param connections to the source, for messages
     */
    public TableTurns(String threadName, int threads, Connections connections, RecordBuffer buffer, Clock clock) {
        this(threadName, threads, connections, buffer, clock, LONGEST_WAIT);
    }

    TableTurns(
            String threadName,
            int threads,
            Connections connections,
            RecordBuffer buffer,
            Clock clock,
            Duration longestWait) {
        this.connections = requireNonNull(connections, "connections is null");
        this.buffer = requireNonNull(buffer, "buffer is null");
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
    public void begin(TableId table, TableMetrics metrics, Turn turn) {
        schedule(new Turns(table, metrics, turn), Duration.ZERO);
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
        private final TableMetrics metrics;
        private final Turn turn;
        private Instant due = Instant.MIN;
        private int failures;

        Turns(TableId table, TableMetrics metrics, Turn turn) {
            this.table = table;
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
            } catch (SQLException e) {
                failed(e);
            } catch (ConnectException e) {
                buffer.fail(e);
            } catch (RuntimeException | Error e) {
                // An executor would swallow an Error, and the table would never be read again.
                buffer.fail(SourceFailures.reading(table, connections, e));
            }
        }

        private void take() throws SQLException, InterruptedException {
            Optional<Instant> next = turn.take();
            failures = 0;
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

        private void failed(SQLException failure) {
            if (executor.isShutdown()) {
                return;
            }
            metrics.failed();
            boolean mayBeBetweenTwoShapes =
                    failures == 0 && CHANGED_MEANWHILE.contains(String.valueOf(failure.getSQLState()));
            if (SqlFailure.of(failure) == SqlFailure.STOP && !mayBeBetweenTwoShapes) {
                buffer.fail(SourceFailures.reading(table, connections, failure));
                return;
            }
            failures++;
            Duration wait = Backoff.after(failures);
            LOG.warn(
                    "Reading {} from {} failed {} times in a row; trying again in {} ms: {}",
                    table,
                    connections.target(),
                    failures,
                    wait.toMillis(),
                    failure.getMessage());
            schedule(this, wait);
        }
    }
}
