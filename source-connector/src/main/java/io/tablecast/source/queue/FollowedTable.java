// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.TableColumns;
import io.tablecast.source.queue.QueueProbe.State;
import io.tablecast.source.reading.Heartbeats;
import java.time.Instant;
import java.util.Map;

/** A table between two windows. Used by one thread at a time. */
final class FollowedTable {

    private final QueueTable table;
    private final SourceIdentity source;
    private final InstalledQueue queue;

    /** The columns that the last record had; its offset names them. */
    private final TableColumns sentColumns;

    private TableOffset.Window position;
    private TableOffset.Window storedOrSent;
    private Instant storedOrSentAt;
    private Instant nextPoll = Instant.EPOCH;

    /**
     * Begins where records end.
     *
     * @param position as the last record carries it, or Connect has stored it
     */
    FollowedTable(
            QueueTable table,
            InstalledQueue queue,
            TableColumns sentColumns,
            TableOffset.Window position,
            Instant now) {
        this.table = requireNonNull(table, "table is null");
        this.queue = requireNonNull(queue, "queue is null");
        this.sentColumns = requireNonNull(sentColumns, "sentColumns is null");
        this.position = requireNonNull(position, "position is null");
        this.source = position.source();
        this.storedOrSent = position;
        this.storedOrSentAt = now;
    }

    /** The same table after records with other columns. */
    FollowedTable withColumns(TableColumns columns, Instant now) {
        FollowedTable next = new FollowedTable(table, queue, columns, position, now);
        next.nextPoll = nextPoll;
        return next;
    }

    QueueTable table() {
        return table;
    }

    TableId id() {
        return table.id();
    }

    InstalledQueue queue() {
        return queue;
    }

    TableColumns sentColumns() {
        return sentColumns;
    }

    TableOffset.Window position() {
        return position;
    }

    PgSnapshot from() {
        return PgSnapshot.parse(position.from());
    }

    /** The window to read next: the rest of the one that was begun, or all that the snapshot sees. */
    QueueWindow window(PgSnapshot now) {
        PgSnapshot to = position.isFinished() ? now : PgSnapshot.parse(position.to());
        return new QueueWindow(from(), to, position.lastId());
    }

    /** Offsets of records within a window. */
    TableOffset.Window within(QueueWindow window, long lastId, String structure) {
        return new TableOffset.Window(
                source, window.from().toString(), window.to().toString(), lastId, structure);
    }

    /** The offset of the last record of a window. */
    TableOffset.Window finished(QueueWindow window, String structure) {
        return TableOffset.Window.finished(source, window.to().toString(), structure);
    }

    /**
     * Everything that the snapshot sees is sent, and there was nothing to send.
     *
     * @param state how the table was at the snapshot or later, after {@link #mayBeRewrittenIn} has said no
     */
    void nothingUpTo(PgSnapshot snapshot, State state) {
        position = TableOffset.Window.finished(
                source, snapshot.toString(), mark().seenIn(state).toString());
    }

    /** Whether rows may have changed since the position without a trigger that fired. */
    boolean mayBeRewrittenIn(State state) {
        return mark().mayBeRewrittenIn(state);
    }

    /** Whether no standby has taken over since the position. */
    boolean isOfTimeline(String timeline) {
        return mark().timeline().equals(timeline);
    }

    private StructureMark mark() {
        return StructureMark.parse(position.structure()).orElseThrow();
    }

    /** Records up to the offset were handed on. */
    void sent(TableOffset.Window offset, Instant now) {
        position = offset;
        storedOrSent = offset;
        storedOrSentAt = now;
    }

    /** Whether no record has carried the position for so long that a heartbeat must. */
    boolean needsHeartbeat(Heartbeats heartbeats, Instant now) {
        return !position.equals(storedOrSent) && heartbeats.isDue(storedOrSentAt, now);
    }

    Map<String, Object> offsetMap() {
        return OffsetCodec.encode(position);
    }

    boolean isDue(Instant now) {
        return !now.isBefore(nextPoll);
    }

    void pollAt(Instant time) {
        nextPoll = time;
    }

    Instant nextPoll() {
        return nextPoll;
    }
}
