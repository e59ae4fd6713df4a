// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.QueueSettings;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows all tables of a task that have mode {@code queue}. Some threads set up and resume tables, others copy them; one
 * thread follows those that are copied; one deletes what is stored in Kafka.
 *
 * <p>A queue row is deleted only after an offset beyond it was read back from Connect's own store: exactly what a restart
 * would begin with. Acknowledged records prove less, because the offsets of acknowledged records may still be unstored.
 */
public final class QueueReader implements ModeReader {

    private static final Logger LOG = LoggerFactory.getLogger(QueueReader.class);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    /** Threads that resume tables, apart from those that copy: nothing waits for somebody else's long copy. */
    private static final int RESUMERS = 2;

    private final List<QueueTable> tables;
    private final Connections connections;
    private final OpenConnections openConnections;
    private final RecordBuffer buffer;
    private final Function<TableId, TableMetrics> metrics;
    private final QueueStart start;
    private final QueueFollower follower;
    private final QueueCleaning cleaning;
    private final ScheduledThreadPoolExecutor resumers;
    private final ScheduledThreadPoolExecutor copiers;

    /**
     * Prepares the reader.
     *
     * @param threads how many tables are copied at once
     * @param storedOffsets what Connect has stored
     */
    public QueueReader(
            List<QueueTable> tables,
            QueueSettings settings,
            RecordSettings records,
            String connector,
            Connections connections,
            int threads,
            RecordBuffer buffer,
            Heartbeats heartbeats,
            StoredOffsets storedOffsets,
            Function<TableId, TableMetrics> metrics,
            Clock clock) {
        this.tables = List.copyOf(tables);
        this.connections = connections;
        this.openConnections = new OpenConnections(connections);
        this.buffer = buffer;
        this.metrics = metrics;
        QueueRegistry registry = new QueueRegistry(settings.schema());
        String consumer = QueueConsumers.name(connector, records.topicPrefix());
        QueueProbe probe = new QueueProbe(registry, consumer);
        this.start = new QueueStart(
                registry, probe, consumer, settings, records, openConnections, buffer, heartbeats, metrics, clock);
        this.follower = new QueueFollower(
                connections,
                openConnections,
                probe,
                new WindowReader(registry, probe, start, records, buffer, metrics, clock),
                heartbeats,
                buffer,
                metrics,
                clock,
                this::again);
        this.cleaning = new QueueCleaning(
                registry, consumer, records, settings.consumerMaxAge(), openConnections, storedOffsets, this.tables);
        this.resumers = threads(RESUMERS, "tablecast-queue-start-");
        this.copiers = threads(threads, "tablecast-queue-copy-");
    }

    private static ScheduledThreadPoolExecutor threads(int count, String name) {
        AtomicInteger number = new AtomicInteger();
        return new ScheduledThreadPoolExecutor(count, task -> {
            Thread thread = new Thread(task, name + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void start() {
        follower.start();
        cleaning.start();
        tables.forEach(table -> resume(table, table.storedOffset()));
    }

    @Override
    public void committed() {
        cleaning.wake();
    }

    @Override
    public void stop() {
        resumers.shutdownNow();
        copiers.shutdownNow();
        follower.requestStop();
        cleaning.requestStop();
        openConnections.cutAll();
        try {
            boolean ended = copiers.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    && resumers.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            follower.join(STOP_PATIENCE);
            cleaning.join(STOP_PATIENCE);
            if (!ended) {
                LOG.warn("A copy did not end within {} s after the task was stopped", STOP_PATIENCE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A table that was followed must be looked at again. */
    private void again(FollowedTable followed, QueueFollower.Return why) {
        QueueTable table = followed.table();
        switch (why) {
            case VERIFY -> resume(table, OffsetCodec.encode(followed.position()));
            case COPY -> copy(table);
        }
    }

    private void resume(QueueTable table, Map<String, Object> position) {
        schedule(new Starting(table, resumers, () -> start.resume(table, position)), Duration.ZERO);
    }

    private void copy(QueueTable table) {
        schedule(new Starting(table, copiers, () -> Optional.of(start.copy(table))), Duration.ZERO);
    }

    private void schedule(Starting starting, Duration delay) {
        try {
            Future<?> unused = starting.threads.schedule(starting, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("Stopped; {} is not started", starting.table.id());
        }
    }

    /** Brings a table to where it can be followed, unless it must be copied. */
    private interface Beginning {
        Optional<FollowedTable> begin() throws SQLException, InterruptedException;
    }

    /** The tries to start one table. */
    private final class Starting implements Runnable {

        private final QueueTable table;
        private final ScheduledThreadPoolExecutor threads;
        private final Beginning beginning;
        private int failures;

        Starting(QueueTable table, ScheduledThreadPoolExecutor threads, Beginning beginning) {
            this.table = table;
            this.threads = threads;
            this.beginning = beginning;
        }

        @Override
        public void run() {
            try {
                beginning.begin().ifPresentOrElse(follower::follow, () -> copy(table));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (SQLException e) {
                failed(e);
            } catch (CongestedException e) {
                congested(e);
            } catch (ConnectException e) {
                buffer.fail(e);
            } catch (RuntimeException | Error e) {
                // An executor would swallow an Error, and the table would never be read again.
                buffer.fail(SourceFailures.reading(table.id(), connections, e));
            }
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
            if (threads.isShutdown()) {
                return;
            }
            metrics.apply(table.id()).failed();
            if (SqlFailure.of(failure) == SqlFailure.STOP) {
                buffer.fail(SourceFailures.reading(table.id(), connections, failure));
                return;
            }
            failures++;
            Duration wait = Backoff.after(failures);
            LOG.warn(
                    "Starting to read {} from {} failed {} times in a row; trying again in {} ms: {}",
                    table.id(),
                    connections.target(),
                    failures,
                    wait.toMillis(),
                    failure.getMessage());
            schedule(this, wait);
        }
    }
}
