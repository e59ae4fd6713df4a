// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.RecordSettings;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that confirms stored offsets in the source database and deletes queue rows that nobody needs any more. A
 * failure delays the cleaning and nothing else.
 */
final class QueueCleaning implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(QueueCleaning.class);

    /** Exactly-once tasks commit several times a second. */
    private static final Duration PAUSE = Duration.ofSeconds(3);

    /** Consumers show that they are alive even if Connect stores nothing. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final QueueRegistry registry;
    private final String consumer;
    private final RecordSettings records;
    private final Duration consumerMaxAge;
    private final OpenConnections connections;
    private final StoredOffsets storedOffsets;
    private final Function<TableId, TableMetrics> metrics;
    private final List<QueueTable> tables;
    private final QueueCleaner cleaner;
    private final Semaphore work = new Semaphore(0);
    private final Semaphore stop = new Semaphore(0);
    private final Thread thread;

    QueueCleaning(
            QueueRegistry registry,
            String consumer,
            RecordSettings records,
            Duration consumerMaxAge,
            OpenConnections connections,
            StoredOffsets storedOffsets,
            List<QueueTable> tables,
            Function<TableId, TableMetrics> metrics) {
        this.registry = registry;
        this.consumer = consumer;
        this.records = records;
        this.consumerMaxAge = consumerMaxAge;
        this.connections = connections;
        this.storedOffsets = storedOffsets;
        this.tables = tables;
        this.metrics = metrics;
        this.cleaner = new QueueCleaner(registry);
        this.thread = new Thread(this, "tablecast-queue-cleaning");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Offsets were stored. Never blocks. */
    void wake() {
        work.release();
    }

    void requestStop() {
        stop.release();
        work.release();
    }

    /** Waits for the end after {@link #requestStop}, and interrupts what takes longer than the given time. */
    void join(Duration patience) throws InterruptedException {
        thread.join(patience.toMillis());
        thread.interrupt();
    }

    @Override
    public void run() {
        try {
            do {
                boolean unused = work.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
                work.drainPermits();
                if (isStopped()) {
                    return;
                }
                clean();
            } while (!stop.tryAcquire(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isStopped() {
        return stop.availablePermits() > 0;
    }

    private void clean() throws InterruptedException {
        try {
            Map<TableId, Map<String, Object>> offsets = storedOffsets.read();
            int cleaned = connections.use(connection -> clean(connection, offsets));
            LOG.debug("Looked for what can be deleted in {} queues", cleaned);
        } catch (SQLException | RuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped");
            }
            if (isStopped()) {
                return;
            }
            LOG.warn("Cannot clean the queues; trying again when offsets are stored: {}", e.getMessage());
        }
    }

    private int clean(Connection connection, Map<TableId, Map<String, Object>> offsets) throws SQLException {
        connection.setAutoCommit(false);
        WindowReader.prepare(connection);
        Origin origin = new Origin(new SourceCatalog(connection, records).identity(), QueueProbe.timeline(connection));
        for (QueueTable table : tables) {
            cleanAlone(connection, table.id(), offsets.getOrDefault(table.id(), Map.of()), origin);
        }
        return tables.size();
    }

    /** A queue that cannot be cleaned, because it is locked or a right is missing, does not let the others grow. */
    private void cleanAlone(Connection connection, TableId table, Map<String, Object> offset, Origin origin)
            throws SQLException {
        try {
            clean(connection, table, offset, origin);
        } catch (SQLException e) {
            boolean isLocked = SourceLock.NOT_AVAILABLE.equals(e.getSQLState());
            if (!isLocked && SqlFailure.of(e) == SqlFailure.RETRY) {
                throw e;
            }
            LOG.warn("Cannot clean the queue of {}; trying again when offsets are stored: {}", table, e.getMessage());
            connection.rollback();
        }
    }

    private void clean(Connection connection, TableId table, Map<String, Object> offset, Origin origin)
            throws SQLException {
        Optional<InstalledQueue> queue = registry.find(connection, table);
        if (queue.isEmpty()) {
            connection.rollback();
            return;
        }
        Optional<PgSnapshot> stored = stored(offset, origin, queue.get());
        if (stored.isPresent()) {
            QueueConsumers.confirm(connection, registry, consumer, table, stored.get());
        }
        QueueConsumers.touch(connection, registry, consumer, table);
        QueueConsumers.markLost(connection, registry, consumer, table, consumerMaxAge);
        connection.commit();
        long deleted = cleaner.clean(connection, table, queue.get().name());
        if (deleted > 0) {
            LOG.debug("Deleted {} rows from the queue of {}", deleted, table);
        }
        QueueDepth depth =
                QueueDepth.read(connection, registry, table, queue.get().name());
        connection.commit();
        metrics.apply(table).queue(depth.rows(), depth.oldest(), depth.heldBy());
    }

    /**
     * Where a restart would begin the table's next window; empty when it would copy the table. An offset of another
     * server or of an earlier queue says nothing about this one's rows.
     */
    private static Optional<PgSnapshot> stored(Map<String, Object> offset, Origin origin, InstalledQueue queue) {
        if (offset.isEmpty() || !(OffsetCodec.decode(offset) instanceof TableOffset.Window window)) {
            return Optional.empty();
        }
        boolean isOfThisQueue = window.source().equals(origin.source())
                && StructureMark.parse(window.structure())
                        .filter(mark -> mark.timeline().equals(origin.timeline()))
                        .filter(mark -> mark.generation() == queue.generation())
                        .isPresent();
        return isOfThisQueue ? Optional.of(PgSnapshot.parse(window.from())) : Optional.empty();
    }

    /** Where offsets must come from to say anything about the queues. */
    private record Origin(SourceIdentity source, String timeline) {}
}
