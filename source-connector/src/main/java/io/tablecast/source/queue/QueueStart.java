// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.table.KeyChoice;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.Mode;
import io.tablecast.source.config.QueueSettings;
import io.tablecast.source.config.QueueSetupMode;
import io.tablecast.source.config.RecordSettings;
import io.tablecast.source.config.SnapshotMode;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.postgres.SnapshotCheck;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.postgres.TableColumns;
import io.tablecast.source.postgres.Transactions;
import io.tablecast.source.queue.QueueProbe.State;
import io.tablecast.source.queue.QueueSetup.Registration;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.snapshot.CopyThreads;
import io.tablecast.source.snapshot.RowReading;
import io.tablecast.source.snapshot.SnapshotPoint;
import io.tablecast.source.snapshot.TableCopy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a table to where its queue can be followed: registers, then goes on at its offset if the queue still holds what
 * follows it, else copies the table. Immutable; may be used by several threads.
 */
final class QueueStart {

    private static final Logger LOG = LoggerFactory.getLogger(QueueStart.class);

    private final QueueRegistry registry;
    private final QueueProbe probe;
    private final QueuePositions positions;
    private final QueueSetup setup;
    private final StructureStore structures;
    private final String consumer;
    private final QueueSettings settings;
    private final RecordSettings records;
    private final OpenConnections connections;
    private final RecordBuffer buffer;
    private final Heartbeats heartbeats;
    private final CopyThreads threads;
    private final Function<TableId, TableMetrics> metrics;
    private final Clock clock;

    QueueStart(
            QueueRegistry registry,
            QueueProbe probe,
            String consumer,
            QueueSettings settings,
            RecordSettings records,
            OpenConnections connections,
            RecordBuffer buffer,
            Heartbeats heartbeats,
            CopyThreads threads,
            Function<TableId, TableMetrics> metrics,
            Clock clock) {
        this.registry = registry;
        this.probe = probe;
        this.positions = new QueuePositions(probe, records);
        this.setup = new QueueSetup(registry);
        this.structures = new StructureStore(registry);
        this.consumer = consumer;
        this.settings = settings;
        this.records = records;
        this.connections = connections;
        this.buffer = buffer;
        this.heartbeats = heartbeats;
        this.threads = threads;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * Goes on at an offset, or without data; a matter of moments.
     *
     * @param offset empty when the table was never read
     * @return empty when the table must be copied
     * @throws ConnectException when the table cannot be followed
     */
    Optional<FollowedTable> resume(QueueTable table, Map<String, Object> offset)
            throws SQLException, InterruptedException {
        if (offset.isEmpty() && table.settings().snapshotMode() == SnapshotMode.INITIAL) {
            return Optional.empty();
        }
        return connections.use(connection -> resumed(connection, table, offset));
    }

    private Optional<FollowedTable> resumed(Connection connection, QueueTable table, Map<String, Object> offset)
            throws SQLException, InterruptedException {
        connection.setAutoCommit(false);
        SourceTable found = required(connection, table);
        Registration registration = register(connection, table, found);
        if (offset.isEmpty()) {
            return Optional.of(withoutData(connection, table));
        }
        if (!(OffsetCodec.decode(offset) instanceof TableOffset.Window position)) {
            return Optional.empty();
        }
        Optional<String> obstacle =
                positions.obstacle(connection, found, registration.queue(), registration.keptSince(), position);
        Optional<TableColumns> columns = sentColumns(connection, position);
        connection.commit();
        if (obstacle.isEmpty() && columns.isPresent()) {
            LOG.info("Following {} from {}", table.id(), position.from());
            return Optional.of(
                    new FollowedTable(table, registration.queue(), columns.get(), position, clock.instant()));
        }
        LOG.warn(
                "Copying {} again: {}", table.id(), obstacle.orElse("the columns that its offset names are not known"));
        return Optional.empty();
    }

    /** Copies the table whatever its offset says. */
    FollowedTable copy(QueueTable table) throws SQLException, InterruptedException {
        // First: whoever waits for other setups takes no place from tables that could be copied meanwhile.
        connections.use(connection -> {
            connection.setAutoCommit(false);
            return register(connection, table, required(connection, table));
        });
        threads.take();
        try {
            return connections.use(connection -> {
                connection.setAutoCommit(false);
                return copied(connection, table);
            });
        } finally {
            threads.giveBack();
        }
    }

    private Registration register(Connection connection, QueueTable table, SourceTable found) throws SQLException {
        QueueWish wish = QueueWish.of(found);
        return settings.setup() == QueueSetupMode.AUTO
                ? setup.register(connection, consumer, table.id(), wish)
                : new PreparedQueues(registry).register(connection, consumer, table.id(), wish);
    }

    private SourceTable required(Connection connection, QueueTable table) throws SQLException {
        SourceTable found = found(connection, table);
        connection.commit();
        return found;
    }

    private SourceTable found(Connection connection, QueueTable table) throws SQLException {
        SourceTable found = new SourceCatalog(connection, records)
                .table(table.id(), table.settings())
                // It may be dropped and created again; whoever dropped it for good takes it out of the configuration.
                .orElseThrow(() -> new SQLException(
                        "Table " + table.id() + " does not exist; it is read when it is there again",
                        SourceLock.NOT_AVAILABLE));
        if (found.key() instanceof KeyChoice.None none) {
            throw new ConnectException("Cannot read " + table.id() + " in mode queue: " + none.reason()
                    + ". Add a primary key, name its columns in key.columns, or set no.key.policy to skip or"
                    + " snapshot.");
        }
        return found;
    }

    private Optional<TableColumns> sentColumns(Connection connection, TableOffset.Window position) throws SQLException {
        Optional<StructureMark> mark = StructureMark.parse(position.structure());
        return mark.isEmpty()
                ? Optional.empty()
                : structures.find(connection, mark.get().columns());
    }

    private State state(Connection connection, QueueTable table) throws SQLException {
        return probe.states(connection, List.of(table.id())).of(table.id());
    }

    private FollowedTable withoutData(Connection connection, QueueTable table)
            throws SQLException, InterruptedException {
        FollowedTable followed = position(connection, table).followed();
        heartbeats.sendInTransaction(table.partition(), followed.offsetMap());
        LOG.info("Following {} without a first copy", table.id());
        return followed;
    }

    private FollowedTable copied(Connection connection, QueueTable table) throws SQLException, InterruptedException {
        Instant begun = clock.instant();
        Begin begin = position(connection, table);
        // The table itself is locked; its condition may ask others.
        SnapshotCheck.lockAndCheck(connection, begin.source().query());
        SnapshotPoint point = SnapshotPoint.of(connection);
        String mode = Mode.QUEUE.configName();
        Map<String, Object> copying = OffsetCodec.encode(
                new TableOffset.Copying(begin.followed().position().source(), mode, point.id()));
        LOG.info("Copying {} as snapshot {}, then following it", table.id(), point.id());
        long rows = new TableCopy(
                        begin.source(),
                        mode,
                        point,
                        copying,
                        begin.followed().offsetMap(),
                        new RowReading(connections, threads),
                        buffer,
                        metrics.apply(table.id()))
                .run(connection);
        LOG.info(
                "Copied {} as snapshot {}: {} rows in {} ms; following it from now on",
                table.id(),
                point.id(),
                rows,
                Duration.between(begun, clock.instant()).toMillis());
        return begin.followed();
    }

    /**
     * Opens the transaction whose snapshot is the first position. The lock comes first: a table that is rewritten after
     * the snapshot was taken would look empty to it.
     */
    private Begin position(Connection connection, QueueTable table) throws SQLException {
        Transactions.beginSnapshot(connection);
        SourceLock.take(connection, table.id());
        PgSnapshot snapshot = PgSnapshot.now(connection);
        SourceTable found = found(connection, table);
        SourceIdentity identity = new SourceCatalog(connection, records).identity();
        InstalledQueue queue = registry.find(connection, table.id())
                .filter(installed ->
                        installed.keyColumns().containsAll(found.key().columns()))
                .orElseThrow(() -> new SQLException(
                        "The queue of " + table.id() + " was removed, or its key changed, since it was set up",
                        SourceLock.NOT_AVAILABLE));
        TableColumns columns = TableColumns.read(connection, found);
        save(columns);
        StructureMark mark = StructureMark.of(columns, found, state(connection, table));
        TableOffset.Window position = TableOffset.Window.finished(identity, snapshot.toString(), mark.toString());
        return new Begin(found, new FollowedTable(table, queue, columns, position, clock.instant()));
    }

    /** Keeps columns before any offset names them. */
    void save(TableColumns columns) throws SQLException {
        boolean unused = connections.use(writing -> {
            try (Statement statement = writing.createStatement()) {
                // Our other connection holds locks: it must not wait for somebody who waits for them.
                statement.execute("SET lock_timeout = '500ms'");
            }
            return structures.save(writing, columns);
        });
    }

    /** Whether the condition of a table can be asked about rows that are gone. */
    StoredRow.Judgement judgement(SourceTable table) throws SQLException {
        return connections.use(trying -> ConditionJudgement.of(trying, table));
    }

    private record Begin(SourceTable source, FollowedTable followed) {}
}
