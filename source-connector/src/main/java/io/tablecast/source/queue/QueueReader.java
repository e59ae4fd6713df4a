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
import io.tablecast.source.postgres.SessionPool;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.ModeReader;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.reading.TableFailures;
import io.tablecast.source.reading.TableTurns;
import io.tablecast.source.snapshot.CopyThreads;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Follows all tables of a task that have mode {@code queue}. Some threads set up and resume tables, others copy them; one
 * thread follows those that are copied; one deletes what is stored in Kafka.
 *
 * <p>A queue row is deleted only after an offset beyond it was read back from Connect's own store: exactly what a restart
 * would begin with. Acknowledged records prove less, because the offsets of acknowledged records may still be unstored.
 */
public final class QueueReader implements ModeReader {

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    /** Threads that resume tables, apart from those that copy: nothing waits for somebody else's long copy. */
    private static final int RESUMERS = 2;

    private final List<QueueTable> tables;
    private final OpenConnections openConnections;
    private final Function<TableId, TableMetrics> metrics;
    private final QueueStart start;
    private final QueueFollower follower;
    private final QueueCleaning cleaning;
    private final QueueRights rights;
    private final TableFailures failures;
    private final TableTurns resumers;
    private final TableTurns copiers;

    /**
     * Prepares the reader.
     *
     * @param threads how many tables are copied at once, and with how many connections
     * @param storedOffsets what Connect has stored
     */
    public QueueReader(
            List<QueueTable> tables,
            QueueSettings settings,
            RecordSettings records,
            String connector,
            Connections connections,
            SessionPool sessions,
            CopyThreads threads,
            RecordBuffer buffer,
            Heartbeats heartbeats,
            StoredOffsets storedOffsets,
            Function<TableId, TableMetrics> metrics,
            Clock clock) {
        this.tables = List.copyOf(tables);
        this.openConnections = new OpenConnections(sessions, connections.target());
        this.metrics = metrics;
        QueueRegistry registry = new QueueRegistry(settings.schema());
        String consumer = QueueConsumers.name(connector, records.topicPrefix());
        QueueProbe probe = new QueueProbe(registry, consumer);
        this.start = new QueueStart(
                registry,
                probe,
                consumer,
                settings,
                records,
                openConnections,
                buffer,
                heartbeats,
                threads,
                metrics,
                clock);
        this.follower = new QueueFollower(
                connections,
                openConnections,
                probe,
                new WindowReader(registry, probe, start, records, buffer, metrics, clock),
                heartbeats,
                buffer,
                metrics,
                clock,
                new GivenBack());
        this.cleaning = new QueueCleaning(
                registry,
                consumer,
                records,
                settings.consumerMaxAge(),
                openConnections,
                storedOffsets,
                this.tables,
                metrics);
        this.rights = new QueueRights(registry, connections);
        this.failures = new TableFailures(connections, buffer);
        this.resumers = new TableTurns("tablecast-queue-start-", RESUMERS, connections, buffer, clock);
        this.copiers = new TableTurns("tablecast-queue-copy-", threads.count(), connections, buffer, clock);
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
        resumers.requestStop();
        copiers.requestStop();
        follower.requestStop();
        cleaning.requestStop();
        openConnections.cutAll();
        try {
            copiers.awaitEnd(STOP_PATIENCE);
            resumers.awaitEnd(STOP_PATIENCE);
            follower.join(STOP_PATIENCE);
            cleaning.join(STOP_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void resume(QueueTable table, Map<String, Object> position) {
        begin(resumers, Duration.ZERO, table, () -> start.resume(table, position));
    }

    private void copy(QueueTable table) {
        begin(copiers, Duration.ZERO, table, () -> Optional.of(start.copy(table)));
    }

    private void begin(TableTurns turns, Duration wait, QueueTable table, Beginning beginning) {
        turns.beginAfter(wait, table.id(), table.settings().onTableError(), metrics.apply(table.id()), () -> {
            try {
                beginning.begin().ifPresentOrElse(follower::follow, () -> copy(table));
            } catch (SQLException | ConnectException e) {
                Optional<ConnectException> refusal = rights.refusal(table.id(), e);
                if (refusal.isPresent()) {
                    throw refusal.get();
                }
                throw e;
            }
            return Optional.empty();
        });
    }

    /** Tables that were followed and must be looked at again. */
    private final class GivenBack implements QueueFollower.Leavers {
        @Override
        public void again(FollowedTable followed, QueueFollower.Return why) {
            switch (why) {
                case VERIFY -> resume(followed.table(), OffsetCodec.encode(followed.position()));
                case COPY -> copy(followed.table());
            }
        }

        @Override
        public void failed(FollowedTable followed, Exception failure) {
            QueueTable table = followed.table();
            Map<String, Object> position = OffsetCodec.encode(followed.position());
            Exception known = rights.refusal(table.id(), failure)
                    .<Exception>map(refusal -> refusal)
                    .orElse(failure);
            failures.waitAfter(known, table.id(), table.settings().onTableError(), metrics.apply(table.id()))
                    .ifPresent(wait -> begin(resumers, wait, table, () -> start.resume(table, position)));
        }
    }

    /** Brings a table to where it can be followed, unless it must be copied. */
    private interface Beginning {
        Optional<FollowedTable> begin() throws SQLException, InterruptedException;
    }
}
