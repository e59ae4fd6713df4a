// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.offset.ControlType;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.IncrementalSettings;
import io.tablecast.source.config.RecordSettings;
import io.tablecast.source.metrics.ControlMetrics;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.BinaryCopy;
import io.tablecast.source.postgres.SnapshotCheck;
import io.tablecast.source.postgres.StructureChanges;
import io.tablecast.source.postgres.TableColumns;
import io.tablecast.source.postgres.Transactions;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.snapshot.SnapshotPoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a table of PostgreSQL. A look is a transaction whose snapshot is taken after the bound was found. */
final class PostgresAccess implements TableAccess<KnownTable> {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresAccess.class);

    private final IncrementalTable table;
    private final RecordSettings records;
    private final ControlCopies copies;
    private final RecordBuffer buffer;
    private final TableMetrics metrics;
    private final ControlMetrics controlMetrics;
    private final Clock clock;
    private final RowsLeftBehind leftBehind;

    PostgresAccess(
            IncrementalTable table,
            RecordSettings records,
            ControlCopies copies,
            RecordBuffer buffer,
            TableMetrics metrics,
            ControlMetrics controlMetrics,
            Clock clock) {
        this.table = table;
        this.records = records;
        this.copies = copies;
        this.buffer = buffer;
        this.metrics = metrics;
        this.controlMetrics = controlMetrics;
        this.clock = clock;
        this.leftBehind =
                new RowsLeftBehind(table.id(), table.settings().incremental().lateRowsCheckInterval(), controlMetrics);
    }

    @Override
    public KnownTable read(Connection connection) throws SQLException {
        return KnownTable.read(connection, records, table.id(), table.settings());
    }

    @Override
    public Horizon horizon(KnownTable known) {
        IncrementalSettings settings = known.table().settings().incremental();
        TableId id = known.table().id();
        long oid = known.table().oid();
        return known.control().type() == ControlType.INTEGER
                ? new IntegerHorizon(id, known.queries().from(), oid, known.control(), settings, controlMetrics)
                : new TimeHorizon(id, oid, known.control().type(), settings, controlMetrics);
    }

    @Override
    public KnownTable begin(Connection connection, KnownTable known) throws SQLException {
        Transactions.beginSnapshot(connection);
        return known.refreshed(connection, records);
    }

    @Override
    public void end(Connection connection) throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    @Override
    public boolean isAnother(KnownTable now, KnownTable known) {
        return now.table().oid() != known.table().oid() || !now.control().equals(known.control());
    }

    @Override
    public Optional<List<SchemaChange>> changes(Connection connection, KnownTable now, TableOffset.Following last)
            throws SQLException {
        if (now.mayBeRewrittenSince(last.structure())) {
            return Optional.empty();
        }
        TableColumns before = TableColumns.parse(last.columns());
        return before.equals(now.columns())
                ? Optional.of(List.of())
                : StructureChanges.between(connection, now.table().oid(), before, now.columns());
    }

    @Override
    public SentPosition copy(Connection connection, KnownTable now, UpperBound bound)
            throws SQLException, InterruptedException {
        return copies.ofTable(connection, now, bound);
    }

    @Override
    public SentPosition copyRange(Connection connection, KnownTable now, RangeCopy range, SentPosition before)
            throws SQLException, InterruptedException {
        return copies.ofRange(connection, now, range, before);
    }

    @Override
    public long page(
            Connection connection, KnownTable now, UpperBound bound, SentPosition sent, List<SchemaChange> changes)
            throws SQLException, InterruptedException {
        String query =
                now.queries().page(sent.position(), bound, table.settings().batchMaxRows());
        SnapshotCheck.lockAndCheck(connection, query);
        FoundSourceTable found = new FoundSourceTable(now.table(), SnapshotPoint.of(connection));
        PageRecords page = new PageRecords(found, sent, changes, buffer, metrics);
        long rows = BinaryCopy.read(connection, query, new PageRows(now.table(), page));
        page.finish();
        return rows;
    }

    @Override
    public void reportUnreachable(Connection connection, KnownTable now) throws SQLException {
        leftBehind.reportUnreachable(connection, now);
    }

    @Override
    public void lookForLateRows(Connection connection, KnownTable now, ControlPosition position) throws SQLException {
        long late = leftBehind.lookIfDue(connection, now, position, clock.instant());
        LOG.debug("{} late rows of {} were found", late, table.id());
    }
}
