// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.BinlogOffset;
import io.tablecast.contract.offset.BinlogOffset.Copy;
import io.tablecast.contract.offset.BinlogOffset.Prepared;
import io.tablecast.contract.record.MySqlSourceBlock;
import io.tablecast.contract.record.Operation;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.DdlStatement;
import io.tablecast.source.mysql.binlog.GtidSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** How far one table is, and how its rows look now. Used by one thread. */
final class FollowedTable {

    private final BinlogTable table;
    private final TableFrame frame;
    private final MySqlSourceBlock sourceBlock;
    private String system;
    private TableLayout layout;
    private BinlogPosition position;
    private GtidSet executed;
    private String transaction = "";
    private long rows;
    private Optional<Prepared> prepared;
    private Optional<Copy> copy;
    private boolean hasBegun;
    private Optional<SnapshotBegin> begin = Optional.empty();
    private Optional<AlteredColumns> altered;
    private String alteredIn = "";
    private String structure;
    private String stopped;
    private boolean isGone;
    private OwedLook owedLook = OwedLook.NONE;
    private List<SchemaChange> changes = new ArrayList<>();
    private BinlogPosition sentPosition;
    private Instant sentAt;

    /** @param altered what statements have done to the columns since the layout was told */
    FollowedTable(
            BinlogTable table,
            TableFrame frame,
            String topicPrefix,
            TableLayout layout,
            Optional<AlteredColumns> altered,
            BinlogOffset offset,
            Instant now) {
        this.table = table;
        this.frame = frame;
        this.system = offset.system();
        this.layout = layout;
        this.sourceBlock = new MySqlSourceBlock(topicPrefix, frame.table());
        this.position = new BinlogPosition(offset.file(), offset.position(), offset.gtids());
        this.transaction = offset.transaction();
        this.rows = offset.rows();
        this.prepared = offset.prepared();
        this.isGone = offset.copy().equals(Optional.of(Copy.GONE));
        this.copy = isGone ? Optional.empty() : offset.copy();
        this.hasBegun = copy.filter(Copy::hasProgress).isPresent();
        this.altered = altered;
        this.structure = stored();
        this.stopped = offset.stopped();
        this.sentPosition = position;
        this.sentAt = now;
        if (copy.isPresent() && !hasBegun) {
            // If its beginning was sent, what has come behind it must not be taken for a part of this one.
            startCopy();
        }
    }

    TableId id() {
        return frame.table();
    }

    TableFrame frame() {
        return frame;
    }

    BinlogTable table() {
        return table;
    }

    MySqlSourceBlock sourceBlock() {
        return sourceBlock;
    }

    TableLayout layout() {
        return layout;
    }

    boolean skips(Operation operation) {
        return table.settings().skips(operation);
    }

    /** Rows look different from now on; the changes ride on the next record. */
    void changeLayout(TableLayout next, List<SchemaChange> newChanges) {
        layout = next;
        changes.addAll(newChanges);
        told();
    }

    /**
     * A statement has altered the table; the next row event tells what it has become, if it names columns. One that comes
     * again, because the stream was begun anew before its transaction had ended, has done so already.
     */
    void alteredBy(DdlStatement statement, String inTransaction) {
        if (inTransaction.equals(alteredIn)) {
            return;
        }
        alteredIn = inTransaction;
        altered = Optional.of(altered.orElse(AlteredColumns.WITHOUT_NAMES).by(statement, id(), layout.columns()));
        structure = stored();
    }

    /** The layout is known to be what the table looks like now. */
    void told() {
        altered = Optional.empty();
        structure = stored();
    }

    /** What statements have done to the columns since it was known what they are. */
    Optional<AlteredColumns> altered() {
        return altered;
    }

    /** What the next record has to announce; it is announced once. */
    List<SchemaChange> takeChanges() {
        List<SchemaChange> taken = changes;
        changes = new ArrayList<>();
        return taken;
    }

    /** The next record that says something of rows begins a copy. */
    void announce(SnapshotBegin next) {
        begin = Optional.of(next);
    }

    /** The copy that the next record has to begin; it is begun once. */
    Optional<SnapshotBegin> takeBegin() {
        Optional<SnapshotBegin> taken = begin;
        begin = Optional.empty();
        return taken;
    }

    /** The table is not read any more, for a reason that its offset tells. */
    void stop(String reason) {
        stopped = reason;
        copy = Optional.empty();
    }

    /** The table was dropped at the source: what has its name later is another one, also for those who begin there. */
    void gone() {
        isGone = true;
        copy = Optional.empty();
    }

    /** Nobody could look at the table when its events asked for it. */
    void owes(OwedLook look) {
        owedLook = look;
    }

    OwedLook owedLook() {
        return owedLook;
    }

    /** Whether the table is neither stopped nor passed over until somebody has looked at it. */
    boolean isRead() {
        return !isStopped() && owedLook != OwedLook.OF_ALL;
    }

    void isThereAgain() {
        isGone = false;
    }

    boolean isGone() {
        return isGone;
    }

    boolean isStopped() {
        return !stopped.isEmpty();
    }

    String whyStopped() {
        return stopped;
    }

    BinlogPosition position() {
        return position;
    }

    /** MySQL's transactions before the position. */
    GtidSet executed() {
        if (executed == null) {
            executed = GtidSet.parse(position.gtids());
        }
        return executed;
    }

    /** What identifies the server that the position is of. */
    String system() {
        return system;
    }

    /** The position holds at this server too. */
    void goesOnAt(String ofSystem) {
        system = ofSystem;
    }

    /** Where the oldest transaction begins that is prepared, and may yet be committed behind the position. */
    Optional<Prepared> prepared() {
        return prepared;
    }

    /** The position in other words, as the server at hand names the same place. */
    void renamePosition(BinlogPosition same) {
        position = same;
        executed = null;
    }

    /** All before the position is sent but what is prepared, and nothing behind it. */
    void moveTo(BinlogPosition next, Optional<Prepared> oldestPrepared) {
        position = next;
        prepared = oldestPrepared;
        executed = null;
        transaction = "";
        rows = 0;
    }

    /** The table is copied again, from a place of a server that may be another one than before. */
    void startAgain(String ofSystem, BinlogPosition place) {
        system = ofSystem;
        owedLook = OwedLook.NONE;
        moveTo(place, Optional.empty());
        startCopy();
    }

    /** So many of the table's rows of the transaction behind the position are sent. */
    void sentRows(String ofTransaction, long sent) {
        transaction = ofTransaction;
        rows = sent;
    }

    /** Whether a part of the transaction behind the position was sent, by this run or an earlier one. */
    boolean hasPartOfTransaction() {
        return !transaction.isEmpty();
    }

    /** Whether a row of a transaction was sent by an earlier run. */
    boolean hasSent(String ofTransaction, long row) {
        return transaction.equals(ofTransaction) && row <= rows;
    }

    Optional<Copy> copy() {
        return copy;
    }

    /** Whether a copy is one piece, because the table has no key. */
    boolean isCopiedAtOnce() {
        return layout.key().isEmpty();
    }

    boolean hasBegun() {
        return hasBegun;
    }

    void began() {
        hasBegun = true;
    }

    void copied(Copy progress) {
        copy = Optional.of(progress);
    }

    void finishedCopy() {
        copy = Optional.empty();
    }

    /** The table is copied again, from the beginning. */
    void startCopy() {
        isGone = false;
        copy = Optional.of(new Copy(UUID.randomUUID().toString(), "", 0, Copy.Stage.READING));
        hasBegun = false;
        begin = Optional.empty();
    }

    /** What a restart would begin with, if nothing more were sent. */
    Map<String, Object> offset() {
        return offset(rows);
    }

    /** The same with fewer rows of the transaction at hand. */
    Map<String, Object> offset(long sentRows) {
        return new BinlogOffset(
                        system,
                        position.file(),
                        position.offset(),
                        position.gtids(),
                        transaction,
                        sentRows,
                        prepared,
                        isGone ? Optional.of(Copy.GONE) : copy,
                        structure,
                        stopped)
                .toMap();
    }

    private String stored() {
        return new StoredLayout(layout.key(), layout.columns(), altered).text();
    }

    /** A record with the current position was handed on. */
    void sentAt(Instant now) {
        sentPosition = position;
        sentAt = now;
    }

    /** When the position was last sent, unless it has not moved since. */
    Optional<Instant> staleSince() {
        return sentPosition.equals(position) ? Optional.empty() : Optional.of(sentAt);
    }

    /** A look at a table that others keep locked, which is made later. */
    enum OwedLook {
        NONE,
        /** Whether it has another key; until then rows are sent with the one that it had. */
        OF_KEY,
        /** It is copied again behind the look, so that what its events say before is passed over. */
        OF_ALL
    }
}
