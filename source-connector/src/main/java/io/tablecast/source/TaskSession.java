// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.metrics.TaskMetrics;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SessionPool;
import io.tablecast.source.postgres.SourceFailures;
import io.tablecast.source.postgres.SqlFailure;
import io.tablecast.source.postgres.TableLocks;
import io.tablecast.source.reading.Backoff;
import io.tablecast.source.reading.BoundedRecordBuffer;
import io.tablecast.source.reading.ModeReader;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task's work on a thread of its own: hold the tables' locks, read their offsets, run the readers. When the connection
 * of the locks breaks, nothing more is sent until the locks are held and the offsets are read again.
 */
final class TaskSession {

    private static final Logger LOG = LoggerFactory.getLogger(TaskSession.class);

    /** Records wait in memory up to these bounds; a poll hands on as many as converters and producer like at once. */
    private static final int BUFFER_RECORDS = 20_000;

    private static final long BUFFER_BYTES = 64L << 20;
    private static final int POLL_RECORDS = 5_000;

    /** Shorter than a successor's patience, so that a task that cannot reach the database falls silent before. */
    private static final Duration LOCK_TRUST = Duration.ofSeconds(20);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);

    private final TaskSettings settings;
    private final OffsetStorageReader storedOffsets;
    private final Connections connections;
    private final TaskMetrics metrics;
    private final BoundedRecordBuffer buffer = new BoundedRecordBuffer(BUFFER_RECORDS, BUFFER_BYTES, POLL_RECORDS);
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Outlet outlet = new Outlet(buffer, stop, System::nanoTime);
    private final Thread thread;

    private volatile List<ModeReader> readers = List.of();

    TaskSession(TaskSettings settings, OffsetStorageReader storedOffsets, TaskMetrics metrics) {
        this.settings = settings;
        this.storedOffsets = storedOffsets;
        this.metrics = metrics;
        this.connections = new Connections(settings.source().connection());
        this.thread = new Thread(this::run, "tablecast-task-" + settings.label());
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * The next records; empty when there are none for now.
     *
     * @throws org.apache.kafka.connect.errors.ConnectException when a reader has failed for good
     */
    List<SourceRecord> poll(Duration patience) throws InterruptedException {
        metrics.showWaiting();
        return outlet.poll(patience);
    }

    void acknowledged() {
        outlet.acknowledged();
    }

    void committed() {
        readers.forEach(ModeReader::committed);
    }

    void stop() {
        stop.countDown();
        try {
            thread.join(STOP_PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("Task {} did not end within {} s", settings.label(), STOP_PATIENCE.toSeconds());
        }
    }

    private void run() {
        TableLocks lost = null;
        int failures = 0;
        while (stop.getCount() > 0) {
            try (TableLocks locks = acquire(lost)) {
                lost = locks;
                failures = 0;
                work(locks);
            } catch (InterruptedException stopped) {
                return;
            } catch (SQLException e) {
                failures++;
                if (!isWorthAnotherTry(e, failures)) {
                    return;
                }
            } catch (RuntimeException | Error e) {
                if (stop.getCount() > 0) {
                    buffer.fail(SourceFailures.of("Cannot start the task", connections, e));
                }
                return;
            }
        }
    }

    private TableLocks acquire(TableLocks lost) throws SQLException, InterruptedException {
        SourceSettings source = settings.source();
        String connector = source.connection().connector();
        String prefix = source.records().topicPrefix();
        return lost == null
                ? TableLocks.acquire(connections, connector, prefix, settings.tables(), stop)
                : TableLocks.acquireAgain(connections, connector, prefix, settings.tables(), stop, lost);
    }

    private void work(TableLocks locks) throws SQLException, InterruptedException {
        SessionPool sessions = connections.pool(idleSessions(settings.source()));
        try {
            if (!outlet.awaitAcknowledged()) {
                return;
            }
            readers = new TaskReaders(settings, connections, sessions, buffer, metrics, this::offsets).plan(offsets());
            // Kafka may have kept us waiting for the offsets.
            locks.confirm();
            outlet.open(LOCK_TRUST);
            readers.forEach(ModeReader::start);
            while (!stop.await(TableLocks.CONFIRM_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                locks.confirm();
                outlet.open(LOCK_TRUST);
                sessions.closeIdle();
            }
        } finally {
            outlet.close();
            readers.forEach(ModeReader::stop);
            sessions.closeAll();
            outlet.forget();
        }
    }

    /** Each copy needs another session beside its own for moments, and others read while tables are copied. */
    private static int idleSessions(SourceSettings source) {
        return 2 * source.snapshotThreads() + 2;
    }

    private Map<TableId, Map<String, Object>> offsets() {
        Map<Map<String, String>, TableId> partitions = new HashMap<>();
        for (SourcePartition partition : settings.partitions()) {
            partitions.put(partition.toMap(), partition.table());
        }
        Map<TableId, Map<String, Object>> offsets = new HashMap<>();
        storedOffsets.offsets(partitions.keySet()).forEach((partition, offset) -> {
            if (offset != null) {
                offsets.put(partitions.get(partition), offset);
            }
        });
        return offsets;
    }

    private boolean isWorthAnotherTry(SQLException failure, int failures) {
        if (stop.getCount() == 0) {
            return false;
        }
        if (SqlFailure.of(failure) == SqlFailure.STOP) {
            buffer.fail(SourceFailures.of("Cannot start the task", connections, failure));
            return false;
        }
        Duration wait = Backoff.after(failures);
        LOG.warn(
                "Task {} has no connection to {}; trying again in {} ms: {}",
                settings.label(),
                connections.target(),
                wait.toMillis(),
                failure.getMessage());
        try {
            return !stop.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
