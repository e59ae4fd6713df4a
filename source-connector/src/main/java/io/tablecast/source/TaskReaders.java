// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.table.KeyChoice;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.Mode;
import io.tablecast.source.config.NoKeyPolicy;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.config.TableSettings;
import io.tablecast.source.incremental.IncrementalReader;
import io.tablecast.source.incremental.IncrementalTable;
import io.tablecast.source.metrics.TaskMetrics;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.postgres.SessionPool;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.queue.QueueReader;
import io.tablecast.source.queue.QueueTable;
import io.tablecast.source.queue.StoredOffsets;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.ModeReader;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.snapshot.CopyThreads;
import io.tablecast.source.snapshot.SnapshotReader;
import io.tablecast.source.snapshot.SnapshotTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which reader gets which table: the one place that looks at the mode. */
final class TaskReaders {

    private static final Logger LOG = LoggerFactory.getLogger(TaskReaders.class);

    /** SQLSTATE lock_not_available. */
    private static final String LOCKED = "55P03";

    private final TaskSettings settings;
    private final Connections connections;
    private final SessionPool sessions;
    private final RecordBuffer buffer;
    private final TaskMetrics metrics;
    private final StoredOffsets storedOffsets;
    private final Clock clock = Clock.systemUTC();

    TaskReaders(
            TaskSettings settings,
            Connections connections,
            SessionPool sessions,
            RecordBuffer buffer,
            TaskMetrics metrics,
            StoredOffsets storedOffsets) {
        this.settings = settings;
        this.connections = connections;
        this.sessions = sessions;
        this.buffer = buffer;
        this.metrics = metrics;
        this.storedOffsets = storedOffsets;
    }

    /**
     * Makes the readers, not yet started.
     *
     * @param offsets what is stored for the tables that were read before
     */
    List<ModeReader> plan(Map<TableId, Map<String, Object>> offsets) throws SQLException {
        Plan plan = new OpenConnections(sessions, connections.target()).use(connection -> plan(connection, offsets));
        SourceSettings source = settings.source();
        Heartbeats heartbeats =
                new Heartbeats(source.records().topicPrefix(), source.heartbeatInterval(), buffer, clock);
        CopyThreads threads = new CopyThreads(source.snapshotThreads(), source.snapshotChunkRows());
        List<ModeReader> readers = new ArrayList<>();
        if (!plan.snapshotTables.isEmpty()) {
            readers.add(new SnapshotReader(
                    plan.snapshotTables,
                    plan.identity,
                    source.records(),
                    connections,
                    sessions,
                    threads,
                    buffer,
                    heartbeats,
                    metrics::of,
                    clock));
        }
        if (!plan.incrementalTables.isEmpty()) {
            readers.add(new IncrementalReader(
                    plan.incrementalTables,
                    plan.identity,
                    source.records(),
                    connections,
                    sessions,
                    threads,
                    buffer,
                    heartbeats,
                    metrics::of,
                    metrics::ofControl,
                    clock));
        }
        if (!plan.queueTables.isEmpty()) {
            readers.add(new QueueReader(
                    plan.queueTables,
                    source.queue(),
                    source.records(),
                    source.connection().connector(),
                    connections,
                    sessions,
                    threads,
                    buffer,
                    heartbeats,
                    storedOffsets,
                    metrics::of,
                    clock));
        }
        return readers;
    }

    private Plan plan(Connection connection, Map<TableId, Map<String, Object>> offsets) throws SQLException {
        SourceSettings source = settings.source();
        SourceCatalog catalog = new SourceCatalog(connection, source.records());
        SourceIdentity identity = catalog.identity();
        List<SnapshotTable> snapshotTables = new ArrayList<>();
        List<IncrementalTable> incrementalTables = new ArrayList<>();
        List<QueueTable> queueTables = new ArrayList<>();
        for (TableId table : settings.tables()) {
            TableSettings ofTable = source.of(table);
            Optional<Mode> mode = effectiveMode(catalog, table, ofTable);
            Map<String, Object> offset = offsets.getOrDefault(table, Map.of());
            SourcePartition partition = settings.partition(table);
            if (mode.isEmpty()) {
                continue;
            }
            switch (mode.get()) {
                case SNAPSHOT -> snapshotTables.add(new SnapshotTable(partition, ofTable, offset));
                case INCREMENTAL -> incrementalTables.add(new IncrementalTable(partition, ofTable, offset));
                case QUEUE -> queueTables.add(new QueueTable(partition, ofTable, offset));
            }
        }
        return new Plan(identity, snapshotTables, incrementalTables, queueTables);
    }

    /** A table of mode queue without a key goes by its policy; empty when it is left out. */
    private Optional<Mode> effectiveMode(SourceCatalog catalog, TableId id, TableSettings ofTable) throws SQLException {
        if (ofTable.mode() != Mode.QUEUE) {
            return Optional.of(ofTable.mode());
        }
        Optional<SourceTable> table;
        try {
            table = catalog.table(id, ofTable);
        } catch (ConnectException e) {
            // Its reader meets the same fault, and decides about this table alone.
            return Optional.of(Mode.QUEUE);
        } catch (SQLException e) {
            // Whether another mode takes its place must be known first.
            if (!LOCKED.equals(e.getSQLState()) || ofTable.noKeyPolicy() != NoKeyPolicy.FAIL) {
                throw e;
            }
            LOG.info("{} is locked, and looked at again later: {}", id, e.getMessage());
            return Optional.of(Mode.QUEUE);
        }
        if (table.isEmpty()) {
            // Dropped and about to be created again, or for good: then the list of tables changes, and the tasks with
            // it.
            LOG.warn("{} does not exist any more at the source; it is read when it is there again", id);
            return Optional.of(Mode.QUEUE);
        }
        if (!(table.get().key() instanceof KeyChoice.None none)) {
            return Optional.of(Mode.QUEUE);
        }
        return switch (ofTable.noKeyPolicy()) {
            case FAIL -> Optional.of(Mode.QUEUE); // its reader refuses it
            case SKIP -> {
                LOG.warn("{} is left out (no.key.policy=skip): {}", id, none.reason());
                yield Optional.empty();
            }
            case SNAPSHOT -> {
                LOG.warn("{} is read in mode snapshot (no.key.policy=snapshot): {}", id, none.reason());
                yield Optional.of(Mode.SNAPSHOT);
            }
        };
    }

    /** The tables by the mode in which they are read. */
    private record Plan(
            SourceIdentity identity,
            List<SnapshotTable> snapshotTables,
            List<IncrementalTable> incrementalTables,
            List<QueueTable> queueTables) {
        Plan {
            snapshotTables = List.copyOf(snapshotTables);
            incrementalTables = List.copyOf(incrementalTables);
            queueTables = List.copyOf(queueTables);
        }
    }
}
