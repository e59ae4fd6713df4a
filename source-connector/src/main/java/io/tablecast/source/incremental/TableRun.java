// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.offset.ControlType;
import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.RepullRange;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.IncrementalSettings;
import io.tablecast.source.config.RecordSettings;
import io.tablecast.source.config.SnapshotMode;
import io.tablecast.source.metrics.ControlMetrics;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.BinaryCopy;
import io.tablecast.source.postgres.SnapshotCheck;
import io.tablecast.source.postgres.StructureChanges;
import io.tablecast.source.postgres.TableColumns;
import io.tablecast.source.postgres.Transactions;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.snapshot.CopyThreads;
import io.tablecast.source.snapshot.SnapshotPoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one table: copies it if it was never read, reads a range again if it was asked to, else sends the next page. Each
 * look has a transaction of its own, whose snapshot is taken after the bound was found. Used by one thread at a time.
 */
final class TableRun {

    private static final Logger LOG = LoggerFactory.getLogger(TableRun.class);

    /** How soon to look again for a bound, or for a free place among the copies. */
    private static final Duration SHORT_WAIT = Duration.ofMillis(200);

    private final IncrementalTable table;
    private final SourceIdentity source;
    private final RecordSettings records;
    private final IdleConnections connections;
    private final CopyThreads threads;
    private final ControlCopies copies;
    private final RecordBuffer buffer;
    private final Heartbeats heartbeats;
    private final TableMetrics metrics;
    private final ControlMetrics controlMetrics;
    private final Clock clock;
    private final RowsLeftBehind leftBehind;

    private KnownTable known;
    private Horizon horizon;
    private Optional<SentPosition> sent = Optional.empty();
    private Optional<RepullRange> range = Optional.empty();
    private boolean isDraining;

    TableRun(
            IncrementalTable table,
            SourceIdentity source,
            RecordSettings records,
            IdleConnections connections,
            CopyThreads threads,
            ControlCopies copies,
            RecordBuffer buffer,
            Heartbeats heartbeats,
            TableMetrics metrics,
            ControlMetrics controlMetrics,
            Clock clock) {
        this.table = table;
        this.source = source;
        this.records = records;
        this.connections = connections;
        this.threads = threads;
        this.copies = copies;
        this.buffer = buffer;
        this.heartbeats = heartbeats;
        this.metrics = metrics;
        this.controlMetrics = controlMetrics;
        this.clock = clock;
        this.leftBehind =
                new RowsLeftBehind(table.id(), table.settings().incremental().lateRowsCheckInterval(), controlMetrics);
    }

    /** Looks at the table, and says how long to wait before the next look. */
    Duration run() throws SQLException, InterruptedException {
        Connection connection = connections.take();
        boolean isDone = false;
        try {
            Duration wait = look(connection);
            connection.rollback();
            connection.setAutoCommit(true);
            isDone = true;
            return wait;
        } finally {
            if (isDone) {
                connections.giveBack(connection);
            } else {
                connections.drop(connection);
            }
        }
    }

    private Duration look(Connection connection) throws SQLException, InterruptedException {
        if (known == null) {
            open(connection);
        }
        Optional<UpperBound> bound =
                isDraining ? Optional.of(horizon.everything(connection)) : horizon.reach(connection);
        Transactions.beginSnapshot(connection);
        limitWaiting(connection);
        KnownTable now = known.refreshed(connection, records);
        if (now.table().oid() != known.table().oid() || !now.control().equals(known.control())) {
            // What is known about the old column says nothing about this one.
            known = now;
            horizon = horizonOf(now);
            return Duration.ZERO;
        }
        if (bound.isEmpty()) {
            horizon.observe(connection);
            return SHORT_WAIT;
        }
        Duration wait = read(connection, now, bound.get());
        known = now;
        horizon.observe(connection);
        return wait;
    }

    private Duration read(Connection connection, KnownTable now, UpperBound bound)
            throws SQLException, InterruptedException {
        if (sent.isPresent() && !isSameSelection(now)) {
            sent = Optional.empty();
        }
        List<SchemaChange> changes = changes(connection, now);
        if (sent.isEmpty()) {
            return first(connection, now, bound);
        }
        return range.isPresent() ? rangeAgain(connection, now, bound) : page(connection, now, bound, changes);
    }

    /** Reads the stored offset, with what the table looks like. */
    private void open(Connection connection) throws SQLException, InterruptedException {
        KnownTable now = KnownTable.read(connection, records, table.id(), table.settings());
        IncrementalSettings settings = table.settings().incremental();
        horizon = horizonOf(now);
        Map<String, Object> stored = table.storedOffset();
        if (stored.isEmpty()) {
            if (!settings.startValue().isEmpty()) {
                begin(copies.following(now, ControlPosition.from(settings.startValue())));
                LOG.info("Following {} from start.value {} without a first copy", table.id(), settings.startValue());
            }
        } else if (OffsetCodec.decode(stored) instanceof TableOffset.Following following) {
            goOn(now, following, stored);
        } else {
            LOG.info("Copying {}: its offset is none of mode incremental, or its copy had not ended", table.id());
        }
        known = now;
        leftBehind.reportUnreachable(connection, now);
    }

    private Horizon horizonOf(KnownTable known) {
        IncrementalSettings settings = known.table().settings().incremental();
        TableId id = known.table().id();
        long oid = known.table().oid();
        return known.control().type() == ControlType.INTEGER
                ? new IntegerHorizon(id, known.queries().from(), oid, known.control(), settings, controlMetrics)
                : new TimeHorizon(id, oid, known.control().type(), settings, controlMetrics);
    }

    private void goOn(KnownTable now, TableOffset.Following following, Map<String, Object> stored) {
        Optional<String> obstacle = obstacle(now, following);
        if (obstacle.isPresent()) {
            LOG.warn("Copying {} again: {}", table.id(), obstacle.get());
            return;
        }
        range = OffsetCodec.repullRange(stored);
        isDraining = OffsetCodec.asksToDrain(stored);
        sent = Optional.of(new SentPosition(following, OffsetCodec.incrementalRequests(stored)));
        LOG.info("Following {} from {}", table.id(), following.position());
    }

    private Optional<String> obstacle(KnownTable now, TableOffset.Following following) {
        if (!following.source().equals(source)) {
            return Optional.of("its offset belongs to another server or database (" + following.source() + ")");
        }
        if (!following.column().equals(now.control().name())
                || following.type() != now.control().type()) {
            return Optional.of("its control column is another one, or has another type");
        }
        if (!following.selection().equals(now.selection())) {
            return Optional.of("its condition or its key has changed");
        }
        return Optional.empty();
    }

    private boolean isSameSelection(KnownTable now) {
        Optional<String> obstacle = obstacle(now, sent.orElseThrow().following());
        obstacle.ifPresent(text -> LOG.warn("Copying {} again: {}", table.id(), text));
        return obstacle.isEmpty();
    }

    /** What has changed since the last record; the table is to be copied again when that does not tell all. */
    private List<SchemaChange> changes(Connection connection, KnownTable now) throws SQLException {
        if (sent.isEmpty()) {
            return List.of();
        }
        TableOffset.Following last = sent.get().following();
        TableColumns before = TableColumns.parse(last.columns());
        Optional<List<SchemaChange>> changes = now.mayBeRewrittenSince(last.structure())
                ? Optional.empty()
                : before.equals(now.columns())
                        ? Optional.of(List.of())
                        : StructureChanges.between(connection, now.table().oid(), before, now.columns());
        if (changes.isEmpty()) {
            LOG.warn("Copying {} again: its columns were changed in a way that may have changed its rows", table.id());
            sent = Optional.empty();
            return List.of();
        }
        return changes.get();
    }

    private Duration first(Connection connection, KnownTable now, UpperBound bound)
            throws SQLException, InterruptedException {
        boolean isNew = table.storedOffset().isEmpty() && table.settings().snapshotMode() == SnapshotMode.NO_DATA;
        if (isNew) {
            begin(copies.following(now, bound.end()));
            LOG.info("Following {} from {} without a first copy", table.id(), bound.end());
            return Duration.ZERO;
        }
        if (!threads.takeIfFree()) {
            return SHORT_WAIT;
        }
        try {
            sent = Optional.of(copies.ofTable(connection, now, bound));
            range = Optional.empty();
        } finally {
            threads.giveBack();
        }
        return Duration.ZERO;
    }

    private void begin(TableOffset.Following following) throws InterruptedException {
        SentPosition position = new SentPosition(following, Map.of());
        heartbeats.send(table.partition(), position.offset());
        sent = Optional.of(position);
    }

    private Duration rangeAgain(Connection connection, KnownTable now, UpperBound bound)
            throws SQLException, InterruptedException {
        SentPosition before = sent.orElseThrow();
        if (bound.isBefore(before.position(), now.control().type())) {
            return SHORT_WAIT; // not even all that was sent is known to be there for good
        }
        sent = Optional.of(copies.ofRange(connection, now, bound, range.orElseThrow(), before));
        range = Optional.empty();
        return Duration.ZERO;
    }

    private Duration page(Connection connection, KnownTable now, UpperBound bound, List<SchemaChange> changes)
            throws SQLException, InterruptedException {
        SentPosition position = sent.orElseThrow();
        int limit = table.settings().batchMaxRows();
        String query = now.queries().page(position.position(), bound, limit);
        SnapshotCheck.lockAndCheck(connection, query);
        SnapshotPoint point = SnapshotPoint.of(connection);
        SentPosition moving = position.withStructure(now.columns().json(), now.structure());
        PageRecords page = new PageRecords(now.table(), point, moving, changes, buffer, metrics);
        try {
            long rows = BinaryCopy.read(connection, query, page);
            page.finish();
            LOG.debug("Page of {} within {}: {} rows", table.id(), bound, rows);
            if (rows >= limit) {
                metrics.behind();
                return Duration.ZERO;
            }
        } finally {
            if (!moving.position().equals(position.position()) || changes.isEmpty()) {
                sent = Optional.of(moving);
            }
        }
        long late = leftBehind.lookIfDue(connection, now, sent.orElseThrow().position(), clock.instant());
        LOG.debug("{} late rows of {} were found", late, table.id());
        metrics.succeeded();
        if (isDraining) {
            drained();
        }
        Instant ended = clock.instant();
        Duration wait = Duration.between(ended, table.settings().runTimes().nextAfter(ended));
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    private void drained() throws InterruptedException {
        isDraining = false;
        SentPosition position = sent.orElseThrow().withoutRequests();
        sent = Optional.of(position);
        heartbeats.send(table.partition(), position.offset());
        LOG.info("Drained {} up to {}", table.id(), position.position());
    }

    /** A table that somebody has locked must not keep a thread from the others. */
    private static void limitWaiting(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '2s'");
        }
    }
}
