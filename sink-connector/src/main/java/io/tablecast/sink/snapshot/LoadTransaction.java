// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.SinkSessions;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.EnumTypes;
import io.tablecast.sink.structure.Schemas;
import io.tablecast.sink.structure.TableDesign;
import io.tablecast.sink.structure.TableLock;
import io.tablecast.sink.structure.TypeRules;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of a load on its connection. All that readers could see happens in one transaction. */
final class LoadTransaction {

    private static final Logger LOG = LoggerFactory.getLogger(LoadTransaction.class);
    // The first version that limits whole transactions.
    private static final int TRANSACTION_TIMEOUT_VERSION = 17;

    private final Connection connection;
    private final LoadPlan plan;
    private final RowQueue queue;
    private final RowsAside rows;
    private final LoadRegistry registry;
    private final OffsetAdvance advance;

    LoadTransaction(
            Connection connection,
            LoadPlan plan,
            RowQueue queue,
            RowsAside rows,
            LoadRegistry registry,
            OffsetAdvance advance) {
        this.connection = connection;
        this.plan = plan;
        this.queue = queue;
        this.rows = rows;
        this.registry = registry;
        this.advance = advance;
    }

    /** What is told while it runs, on the load's thread. */
    interface Progress {
        void copying(RowCopy copy);

        void switching();
    }

    LoadResult run(Progress progress) throws SQLException, InterruptedException {
        connection.setAutoCommit(true);
        SinkSessions.mark(connection);
        Takeover.endPredecessor(connection, registry, plan.table());
        registry.started(connection, plan.table(), plan.begin().id(), Takeover.backend(connection));
        connection.setAutoCommit(false);
        Schemas.ensure(connection, plan.table());
        ensureEnumTypes();
        Switches.choose(connection, plan).check(connection);
        connection.commit();
        connection.setAutoCommit(true);
        rows.awaitVisibility(connection);
        connection.setAutoCommit(false);
        liftTimeouts();
        SnapshotSwitch way = Switches.choose(connection, plan);
        way.check(connection);
        RowsAside.Filled filled = rows.fill(connection, progress);
        progress.switching();
        LoadResult result = switchOver(way, filled);
        report(result, filled.table().design());
        return result;
    }

    // What a load adds to types others need as well, and it may take long.
    private void ensureEnumTypes() throws SQLException {
        TypeRules rules = plan.settings().shape().types();
        Optional<DestinationTable> existing = DestinationCatalog.read(
                connection, plan.table(), plan.settings().shape().identifierCase());
        if (plan.isIntoFixedTable(existing)) {
            return;
        }
        EnumTypes.ensure(
                connection,
                plan.table(),
                EnumTypes.missing(connection, plan.table(), Optional.empty(), plan.row(), rules));
        EnumTypes.ensure(
                connection, plan.table(), EnumTypes.missing(connection, plan.table(), existing, plan.row(), rules));
    }

    // The load waits for Kafka between rows, and for locks before the switch; neither is a fault of this session.
    private void liftTimeouts() throws SQLException {
        Sql.execute(connection, "SET LOCAL statement_timeout = 0");
        Sql.execute(connection, "SET LOCAL lock_timeout = 0");
        Sql.execute(connection, "SET LOCAL idle_in_transaction_session_timeout = 0");
        if (connection.getMetaData().getDatabaseMajorVersion() >= TRANSACTION_TIMEOUT_VERSION) {
            Sql.execute(connection, "SET LOCAL transaction_timeout = 0");
        }
    }

    private LoadResult switchOver(SnapshotSwitch way, RowsAside.Filled filled)
            throws SQLException, InterruptedException {
        SnapshotTable loaded = filled.table();
        way.complete(connection, loaded);
        if (plan.settings().statistics() == LoadSettings.Statistics.GATHERED) {
            LoadedIndexes.analyze(connection, loaded);
        }
        LockRetry retry = new LockRetry(connection, plan.settings().lockTimeout(), queue);
        AtomicLong switchStart = new AtomicLong();
        Switched switched = retry.run(plan.table(), () -> {
            TableLock.acquire(connection, plan.table());
            switchStart.set(System.nanoTime());
            return way.run(connection, loaded);
        });
        if (switched.isShapeChanged()) {
            for (String statement : plan.settings().postSwapSql()) {
                Sql.execute(connection, statement);
            }
        }
        SnapshotEnd end = queue.endMarker();
        LoadResult result = new LoadResult(
                plan.table(),
                plan.begin().id(),
                filled.rows(),
                // Changes among the rows have made them more or fewer.
                plan.begin().interleaved() ? filled.rows() : end.rows(),
                filled.repeats(),
                switched.storage(),
                switched.previous(),
                switched.isShapeChanged(),
                filled.remarks(),
                Duration.ofNanos(System.nanoTime() - switchStart.get()),
                rows.sinceBegin());
        registry.finished(connection, result);
        advance.advance(connection, queue.nextOffset());
        queue.requireOpen();
        connection.commit();
        tidy(switched);
        return result;
    }

    private void tidy(Switched switched) {
        Set<TableId> kept = new HashSet<>();
        kept.add(switched.storage());
        if (plan.settings().previous() == LoadSettings.Previous.KEPT) {
            kept.addAll(switched.previous());
        }
        try {
            connection.setAutoCommit(true);
            FormerTables.drop(connection, plan.table(), kept, plan.settings().lockTimeout());
        } catch (SQLException e) {
            LOG.warn(
                    "The snapshot of {} is in place, but tables of earlier ones could not be dropped;"
                            + " the next one tries again.",
                    plan.table(),
                    e);
        }
    }

    private void report(LoadResult result, TableDesign design) {
        LOG.info(
                "Loaded snapshot {} of {}: {} rows in {} ms, switched in {} ms, now in {}",
                result.snapshotId(),
                result.table(),
                result.rows(),
                result.elapsed().toMillis(),
                result.switching().toMillis(),
                result.storage());
        if (result.isShapeChanged()) {
            design.remarks().forEach(remark -> LOG.info("Created {}: {}", plan.table(), remark));
        }
        if (!result.isComplete()) {
            LOG.warn(
                    "Snapshot {} of {} has {} rows, but the source sent {}. A transform dropped or added some, or records"
                            + " were lost on the way; copy the table again.",
                    result.snapshotId(),
                    result.table(),
                    result.rows(),
                    result.expectedRows());
        }
    }
}
