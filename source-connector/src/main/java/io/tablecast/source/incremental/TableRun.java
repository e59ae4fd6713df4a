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
import io.tablecast.source.config.SnapshotMode;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.snapshot.CopyThreads;
import java.sql.Connection;
import java.sql.SQLException;
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
 *
 * @param <T> how the server's tables are described
 */
public final class TableRun<T extends SeenTable> {

    private static final Logger LOG = LoggerFactory.getLogger(TableRun.class);

    /** How soon to look again for a bound, or for a free place among the copies. */
    private static final Duration SHORT_WAIT = Duration.ofMillis(200);

    private final ControlledTable table;
    private final SourceIdentity source;
    private final TableAccess<T> access;
    private final OpenConnections connections;
    private final CopyThreads threads;
    private final Heartbeats heartbeats;
    private final TableMetrics metrics;
    private final Clock clock;

    private T known;
    private Horizon horizon;
    private Optional<SentPosition> sent = Optional.empty();
    private Optional<RepullRange> range = Optional.empty();
    private boolean isDraining;
    private boolean hasBegun;
    private boolean hasToldAhead;

    /**
     * Prepares the reading.
     *
     * @param threads how many tables are copied at once
     */
    public TableRun(
            ControlledTable table,
            SourceIdentity source,
            TableAccess<T> access,
            OpenConnections connections,
            CopyThreads threads,
            Heartbeats heartbeats,
            TableMetrics metrics,
            Clock clock) {
        this.table = table;
        this.source = source;
        this.access = access;
        this.connections = connections;
        this.threads = threads;
        this.heartbeats = heartbeats;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Looks at the table, and says how long to wait before the next look. */
    public Duration run() throws SQLException, InterruptedException {
        return connections.use(connection -> {
            Duration wait = look(connection);
            access.end(connection);
            return wait;
        });
    }

    private Duration look(Connection connection) throws SQLException, InterruptedException {
        if (known == null) {
            open(connection);
        }
        Optional<UpperBound> bound =
                isDraining ? Optional.of(horizon.everything(connection)) : horizon.reach(connection);
        T now = access.begin(connection, known);
        if (access.isAnother(now, known)) {
            // What is known about the old column says nothing about this one.
            known = now;
            horizon = access.horizon(now);
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

    private Duration read(Connection connection, T now, UpperBound bound) throws SQLException, InterruptedException {
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
        T now = access.read(connection);
        horizon = access.horizon(now);
        Map<String, Object> stored = table.storedOffset();
        if (stored.isEmpty()) {
            if (!table.startValue().isEmpty()) {
                begin(now.following(source, ControlPosition.from(table.startValue())));
                LOG.info("Following {} from start.value {} without a first copy", table.id(), table.startValue());
            }
        } else if (OffsetCodec.decode(stored) instanceof TableOffset.Following following) {
            goOn(now, following, stored);
        } else {
            LOG.info("Copying {}: its offset is none of mode incremental, or its copy had not ended", table.id());
        }
        known = now;
        access.reportUnreachable(connection, now);
    }

    private void goOn(T now, TableOffset.Following following, Map<String, Object> stored) {
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

    private Optional<String> obstacle(T now, TableOffset.Following following) {
        if (!following.source().equals(source)) {
            return Optional.of("its offset belongs to another server or database (" + following.source() + ")");
        }
        if (!following.column().equals(now.controlName()) || following.type() != now.controlType()) {
            return Optional.of("its control column is another one, or has another type");
        }
        if (!following.selection().equals(now.selection())) {
            return Optional.of("its condition or its key has changed");
        }
        return Optional.empty();
    }

    private boolean isSameSelection(T now) {
        Optional<String> obstacle = obstacle(now, sent.orElseThrow().following());
        obstacle.ifPresent(text -> LOG.warn("Copying {} again: {}", table.id(), text));
        return obstacle.isEmpty();
    }

    /** What has changed since the last record; the table is to be copied again when that does not tell all. */
    private List<SchemaChange> changes(Connection connection, T now) throws SQLException {
        if (sent.isEmpty()) {
            return List.of();
        }
        Optional<List<SchemaChange>> changes =
                access.changes(connection, now, sent.get().following());
        if (changes.isEmpty()) {
            LOG.warn("Copying {} again: its columns were changed in a way that may have changed its rows", table.id());
            sent = Optional.empty();
            return List.of();
        }
        return changes.get();
    }

    private Duration first(Connection connection, T now, UpperBound bound) throws SQLException, InterruptedException {
        // A table that is to be copied again may have rows up to the bound that were not sent.
        boolean isNew = table.storedOffset().isEmpty() && !hasBegun;
        if (isNew && table.snapshotMode() == SnapshotMode.NO_DATA) {
            begin(now.following(source, bound.end()));
            LOG.info("Following {} from {} without a first copy", table.id(), bound.end());
            return Duration.ZERO;
        }
        if (!threads.takeIfFree()) {
            return SHORT_WAIT;
        }
        try {
            sent = Optional.of(access.copy(connection, now, bound));
            range = Optional.empty();
        } finally {
            threads.giveBack();
        }
        return Duration.ZERO;
    }

    private void begin(TableOffset.Following following) throws InterruptedException {
        SentPosition position = new SentPosition(following, Map.of());
        heartbeats.sendInTransaction(table.partition(), position.offset());
        sent = Optional.of(position);
        hasBegun = true;
    }

    private Duration rangeAgain(Connection connection, T now, UpperBound bound)
            throws SQLException, InterruptedException {
        SentPosition before = sent.orElseThrow();
        // Asked for only where it matters: it may be a look through the table.
        UpperBound everything =
                bound.isBefore(before.position(), now.controlType()) ? horizon.everything(connection) : bound;
        Optional<RangeCopy> copy = RangeCopy.of(range.orElseThrow(), before.following(), bound, everything);
        if (copy.isEmpty()) {
            tellIfAhead(connection, before, bound);
            return SHORT_WAIT;
        }
        sent = Optional.of(access.copyRange(connection, now, copy.get(), before));
        range = Optional.empty();
        return Duration.ZERO;
    }

    private Duration page(Connection connection, T now, UpperBound bound, List<SchemaChange> changes)
            throws SQLException, InterruptedException {
        SentPosition position = sent.orElseThrow();
        tellIfAhead(connection, position, bound);
        SentPosition moving = position.withStructure(now.columnsText(), now.structure());
        try {
            long rows = access.page(connection, now, bound, moving, changes);
            LOG.debug("Page of {} within {}: {} rows", table.id(), bound, rows);
            if (rows >= table.batchMaxRows()) {
                metrics.behind();
                return Duration.ZERO;
            }
        } finally {
            if (!moving.position().equals(position.position()) || changes.isEmpty()) {
                sent = Optional.of(moving);
            }
        }
        access.lookForLateRows(connection, now, sent.orElseThrow().position());
        metrics.succeeded();
        if (isDraining) {
            drained();
        }
        Instant ended = clock.instant();
        Duration wait = Duration.between(ended, table.runTimes().nextAfter(ended));
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    /** Rows below a position are taken for sent: one that is too great would pass over all that come. */
    private void tellIfAhead(Connection connection, SentPosition position, UpperBound bound) throws SQLException {
        ControlType type = position.following().type();
        boolean isChosen = type == ControlType.INTEGER && position.position().kind() == ControlPosition.Kind.FROM;
        if (hasToldAhead
                || isChosen
                || bound.reach() == UpperBound.Reach.NOTHING
                || !bound.isBefore(position.position(), type)
                || !horizon.everything(connection).isBefore(position.position(), type)) {
            return;
        }
        hasToldAhead = true;
        LOG.warn(
                "Reading of {} goes on behind {}, which is beyond all that is there, and passes over rows with smaller"
                        + " values. If {}, stop the connector, add repull.from (the first value to read again) to the"
                        + " table's offset, and resume the connector: reading then goes on from there, and the"
                        + " destination holds what the source holds from there on",
                table.id(),
                position.position().control(),
                type == ControlType.INTEGER ? "numbers have begun again" : "a clock was set back");
    }

    private void drained() throws InterruptedException {
        SentPosition position = sent.orElseThrow().withoutRequests();
        heartbeats.sendInTransaction(table.partition(), position.offset());
        isDraining = false;
        sent = Optional.of(position);
        LOG.info("Drained {} up to {}", table.id(), position.position());
    }
}
