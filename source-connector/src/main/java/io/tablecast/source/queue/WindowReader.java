// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.RecordSettings;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.BinaryCopy;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.postgres.StructureChanges;
import io.tablecast.source.postgres.TableColumns;
import io.tablecast.source.queue.QueueProbe.State;
import io.tablecast.source.queue.QueueProbe.States;
import io.tablecast.source.queue.WindowRecords.Tombstones;
import io.tablecast.source.reading.RecordBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads windows of tables and sends their records, each window in a transaction of its own. Used by one thread. */
final class WindowReader {

    private static final Logger LOG = LoggerFactory.getLogger(WindowReader.class);

    /** Classes of SQLSTATE for values and expressions that the server does not take. */
    private static final Set<String> STORED_VALUES = Set.of("0A", "22", "23", "42");

    private final QueueRegistry registry;
    private final QueueProbe probe;
    private final QueueStart start;
    private final RecordSettings records;
    private final RecordBuffer buffer;
    private final Function<TableId, TableMetrics> metrics;
    private final Clock clock;
    private final ChangeOrders orders = new ChangeOrders();

    /** Tables as they were in their last window, so that the catalog is only read again after a change. */
    private final Map<TableId, Known> known = new HashMap<>();

    /** Tables whose next window is read without the values of deleted rows. */
    private final Set<TableId> withoutOldRows = new HashSet<>();

    WindowReader(
            QueueRegistry registry,
            QueueProbe probe,
            QueueStart start,
            RecordSettings records,
            RecordBuffer buffer,
            Function<TableId, TableMetrics> metrics,
            Clock clock) {
        this.registry = registry;
        this.probe = probe;
        this.start = start;
        this.records = records;
        this.buffer = buffer;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * Prepares a session. Queues are never analysed and mostly empty, so the planner would scan them, and the source
     * tables too, where an index answers at once. A queue that somebody has locked must not keep the others waiting.
     */
    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "SET enable_seqscan = off; SET work_mem = '32MB'; SET jit = off; SET lock_timeout = '500ms'");
        }
    }

    /**
     * Reads the table's next window and moves the table's position with the records that are handed on.
     *
     * @param connection its transactions are read-only and see one state each; none is open
     * @return the table to go on with
     * @throws RepullRequest when the table must be copied again
     */
    FollowedTable read(Connection connection, FollowedTable followed) throws SQLException, InterruptedException {
        try {
            FollowedTable next = readWindow(connection, followed);
            withoutOldRows.remove(followed.id());
            return next;
        } catch (SQLException e) {
            if (!readsOldRows(followed)
                    || !STORED_VALUES.contains(String.valueOf(e.getSQLState()).substring(0, 2))) {
                throw e;
            }
            LOG.warn(
                    "Deletes of {} carry only the key for the moment: the values that deleted rows had do not fit its"
                            + " columns any more: {}",
                    followed.id(),
                    e.getMessage());
            connection.rollback();
            withoutOldRows.add(followed.id());
            return followed;
        }
    }

    private boolean readsOldRows(FollowedTable followed) {
        return followed.table().settings().queueOldRows()
                && followed.queue().content().oldRows() == OldRows.KEPT
                && !withoutOldRows.contains(followed.id());
    }

    private FollowedTable readWindow(Connection connection, FollowedTable followed)
            throws SQLException, InterruptedException {
        SourceLock.take(connection, followed.id());
        States states = probe.states(connection, List.of(followed.id()));
        State state = states.of(followed.id());
        if (!canFollow(followed, state)) {
            throw new RepullRequest("its queue was changed or removed");
        }
        if (followed.mayBeRewrittenIn(state)) {
            throw new RepullRequest("its columns were changed in a way that may have changed its rows");
        }
        Known before = known.get(followed.id());
        Known now = refreshed(connection, followed, state, before);
        List<SchemaChange> changes = changes(connection, followed, now);
        QueueWindow window = followed.window(states.snapshot());
        StructureMark mark = StructureMark.of(now.columns(), now.table(), state);
        FollowedTable next = followed;
        if (!now.columns().equals(followed.sentColumns())) {
            start.save(now.columns());
            next = followed.withColumns(now.columns(), clock.instant());
        }
        return send(connection, followed, next, now, window, mark, state, changes);
    }

    /** Whether nothing has passed the queue since the table's position, and its rows are still kept. */
    static boolean canFollow(FollowedTable followed, State state) {
        return state.isIntact()
                && state.isKept()
                && followed.isOfTimeline(state.timeline())
                && state.generation() == followed.queue().generation();
    }

    /** Whether the table's columns and key must be looked at, even if no row has changed since. */
    boolean hasOtherShape(FollowedTable followed, State state) {
        Known before = known.get(followed.id());
        return before == null || !before.state().hasShapeOf(state);
    }

    /** Forgets what is known about a table that is set up anew. */
    void forget(TableId table) {
        known.remove(table);
    }

    private FollowedTable send(
            Connection connection,
            FollowedTable followed,
            FollowedTable next,
            Known now,
            QueueWindow window,
            StructureMark mark,
            State state,
            List<SchemaChange> changes)
            throws SQLException, InterruptedException {
        TableMetrics tableMetrics = metrics.apply(followed.id());
        SourceTable table = now.table();
        Optional<StoredRow> storedRow = readsOldRows(followed) ? now.storedRow() : Optional.empty();
        WindowRecords sender = new WindowRecords(
                followed,
                table,
                window,
                mark.toString(),
                changes,
                OldRows.of(storedRow.isPresent()),
                records.tombstones() ? Tombstones.SENT : Tombstones.LEFT_OUT,
                orders,
                buffer,
                tableMetrics,
                offset -> {
                    followed.sent(offset, clock.instant());
                    next.sent(offset, clock.instant());
                });
        String queue = registry.queueTable(followed.queue().name());
        RecordKey key = RecordKey.of(table);
        choosePlan(connection, table);
        long rows = BinaryCopy.read(
                connection,
                window.query(
                        table, queue, followed.queue().queueColumns(table.key().columns()), key.parts(), storedRow),
                sender);
        boolean hasSent = sender.finish();
        LOG.debug("Window of {} up to {}: {} rows", followed.id(), window.to(), rows);
        tableMetrics.succeeded();
        if (!hasSent) {
            followed.nothingUpTo(window.to(), state);
            return followed;
        }
        return next;
    }

    private Known refreshed(Connection connection, FollowedTable followed, State state, Known before)
            throws SQLException {
        if (before != null && before.state().hasShapeOf(state)) {
            return before;
        }
        SourceTable table = new SourceCatalog(connection, records)
                .table(followed.id(), followed.table().settings())
                .orElseThrow(() -> new RepullRequest("the table was removed"));
        if (!followed.queue().keyColumns().containsAll(table.key().columns())
                || !table.hasKey()
                || (before != null
                        && !before.table().key().columns().equals(table.key().columns()))) {
            throw new RepullRequest("its key has changed");
        }
        Known now =
                new Known(state, table, TableColumns.read(connection, table), storedRow(connection, followed, table));
        known.put(followed.id(), now);
        return now;
    }

    private Optional<StoredRow> storedRow(Connection connection, FollowedTable followed, SourceTable table)
            throws SQLException {
        boolean isWanted = followed.table().settings().queueOldRows()
                && followed.queue().content().oldRows() == OldRows.KEPT;
        return isWanted ? Optional.of(StoredRow.read(connection, table, start.judgement(table))) : Optional.empty();
    }

    /** What has changed since the last record. */
    private static List<SchemaChange> changes(Connection connection, FollowedTable followed, Known now)
            throws SQLException {
        if (now.columns().equals(followed.sentColumns())) {
            return List.of();
        }
        List<SchemaChange> changes = StructureChanges.between(
                        connection, now.table().oid(), followed.sentColumns(), now.columns())
                .orElseThrow(
                        () -> new RepullRequest("its columns were changed in a way that may have changed its rows"));
        LOG.info("Columns of {} have changed: {}", followed.id(), changes);
        return changes;
    }

    // A nested loop over the key's index returns the first rows at once, in order, and never reads the whole table. The
    // planner does not know how few rows a window has.
    private static void choosePlan(Connection connection, SourceTable table) throws SQLException {
        List<String> key = table.key().columns();
        boolean isIndexed = table.structure().indexes().stream()
                .filter(Index::isUnique)
                .anyMatch(index -> !index.partial()
                        && !index.hasExpressions()
                        && new HashSet<>(index.columns()).equals(new HashSet<>(key)));
        String others = isIndexed && table.settings().condition().isEmpty() ? "off" : "on";
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL enable_hashjoin = " + others + "; SET LOCAL enable_mergejoin = " + others);
        }
    }

    private record Known(State state, SourceTable table, TableColumns columns, Optional<StoredRow> storedRow) {
        Known {
            requireNonNull(storedRow, "storedRow is null");
            requireNonNull(state, "state is null");
            requireNonNull(table, "table is null");
            requireNonNull(columns, "columns is null");
        }
    }
}
