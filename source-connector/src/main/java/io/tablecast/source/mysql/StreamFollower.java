// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.GtidEventData;
import com.github.shyiko.mysql.binlog.event.GtidTaggedEventData;
import com.github.shyiko.mysql.binlog.event.MariadbGtidEventData;
import com.github.shyiko.mysql.binlog.event.MySqlGtid;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.RotateEventData;
import com.github.shyiko.mysql.binlog.event.XAPrepareEventData;
import io.tablecast.contract.offset.BinlogOffset.Copy;
import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.contract.record.MySqlSourceBlock.Place;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.PreparedBranches.Branch;
import io.tablecast.source.mysql.binlog.BinlogEvent;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.DdlStatement;
import io.tablecast.source.mysql.binlog.Payload;
import io.tablecast.source.mysql.binlog.RowsEvent;
import io.tablecast.source.mysql.binlog.TableMap;
import io.tablecast.source.mysql.binlog.UnreadableTableException;
import io.tablecast.source.mysql.type.BinlogBytes;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/** Turns the events of the stream into records of the tables that are wanted. Used by one thread. */
final class StreamFollower {

    private static final int MICROS = 1_000_000;
    private static final int MARIADB_STANDALONE = 1;
    private static final int MARIADB_PREPARED_XA = 64;
    private static final int HEADER = 19;
    private static final String XA_START = "XA START ";
    private static final String XA_COMMIT = "XA COMMIT ";
    private static final String XA_ROLLBACK = "XA ROLLBACK ";

    private final Map<TableId, FollowedTable> tables;
    private final Map<TableId, TableCopy> copies;
    private final Map<TableId, ChangeRecords> records;
    private final LayoutChanges layouts;
    private final StatementEffects effects;
    private final TableStops stops;
    private final StreamPosition position;
    private final boolean isMariaDb;
    private final Map<Long, TableMap> maps = new HashMap<>();

    private final PreparedBranches branches = new PreparedBranches();

    private SourceTransaction transaction;
    private boolean hasBegun;
    /** The table whose last records wait, because they may be the last of the transaction, and how large they are. */
    private FollowedTable held;

    private long heldBytes;

    StreamFollower(
            Map<TableId, FollowedTable> tables,
            Map<TableId, TableCopy> copies,
            Map<TableId, ChangeRecords> records,
            LayoutChanges layouts,
            TableStops stops,
            StreamPosition position,
            boolean isMariaDb) {
        this.tables = tables;
        this.copies = copies;
        this.records = records;
        this.layouts = layouts;
        this.effects = new StatementEffects(copies, records, layouts);
        this.stops = stops;
        this.position = position;
        this.isMariaDb = isMariaDb;
    }

    /** Whether the stream stands between two transactions. */
    boolean isBetweenTransactions() {
        return transaction == null;
    }

    /** Where records stand that belong to no transaction. */
    Place place(Instant now) {
        return new Place(now, 0, "", position.file(), position.offset(), 0);
    }

    /** Reads an event; a wanted table that it makes unreadable stops. */
    void handle(BinlogEvent event) throws InterruptedException, SQLException {
        EventHeaderV4 header = event.header();
        switch (event.type()) {
            case ROTATE -> rotated((RotateEventData) event.data());
            case GTID -> {
                GtidEventData gtid = (GtidEventData) event.data();
                begin(header, gtid.getMySqlGtid(), gtid.getOriginalCommitTimestamp());
            }
            case GTID_TAGGED -> {
                GtidTaggedEventData gtid = (GtidTaggedEventData) event.data();
                begin(header, gtid.getMySqlGtid(), gtid.getOriginalCommitTimestamp());
            }
            case MARIADB_GTID -> begin(header, (MariadbGtidEventData) event.data());
            case TABLE_MAP -> mapped(TableMap.of(event.bytes()));
            case QUERY -> query((QueryEventData) event.data(), header.getNextPosition());
            case XID -> end(header.getNextPosition());
            case XA_PREPARE -> prepared((XAPrepareEventData) event.data(), header.getNextPosition());
            case TRANSACTION_PAYLOAD -> unpacked(Payload.events(event.bytes()), header);
            case HEARTBEAT, HEARTBEAT_V2 -> between(header.getNextPosition());
            case ANONYMOUS_GTID ->
                throw new UnreadableTableException("The server writes transactions without GTIDs. Set gtid_mode=ON,"
                        + " delete the tables' offsets, so that they are copied again, and restart the task.");
            default -> other(event.type(), event, header);
        }
    }

    private void other(EventType type, BinlogEvent event, EventHeaderV4 header)
            throws InterruptedException, SQLException {
        if (RowsEvent.isOne(type)) {
            rows(type, event.bytes(), header.getNextPosition() - header.getEventLength());
        } else {
            between(header.getNextPosition());
        }
    }

    private void rotated(RotateEventData rotation) {
        BinlogPosition before = position.position();
        position.rotated(rotation.getBinlogFilename(), rotation.getBinlogPosition());
        moveAlong(before);
    }

    /** Tables that stood where the stream stood go with it, so that no purged file keeps them from going on. */
    private void moveAlong(BinlogPosition before) {
        for (FollowedTable table : tables.values()) {
            if (table.position().equals(before) && !table.hasPartOfTransaction() && !table.isStopped()) {
                table.moveTo(position.position());
            }
        }
    }

    /** @param committed in microseconds; 0 where the server does not tell */
    private void begin(EventHeaderV4 header, MySqlGtid gtid, long committed) {
        Instant time = committed == 0
                ? Instant.ofEpochMilli(header.getTimestamp())
                : Instant.ofEpochSecond(committed / MICROS, committed % MICROS * 1_000);
        begin(header, gtid.toString(), time, false, false);
    }

    private void begin(EventHeaderV4 header, MariadbGtidEventData gtid) {
        int flags = gtid.getFlags();
        begin(
                header,
                gtid.getDomainId() + "-" + header.getServerId() + "-" + gtid.getSequence(),
                Instant.ofEpochMilli(header.getTimestamp()),
                (flags & MARIADB_STANDALONE) == 0,
                (flags & MARIADB_PREPARED_XA) != 0);
    }

    private void begin(EventHeaderV4 header, String gtid, Instant time, boolean begun, boolean isXa) {
        long start = header.getNextPosition() - header.getEventLength();
        transaction = new SourceTransaction(gtid, position.file(), start, header.getServerId(), time, isXa);
        hasBegun = begun;
    }

    private void between(long nextPosition) {
        if (transaction == null) {
            position.reached(nextPosition);
        }
    }

    private void end(long nextPosition) throws InterruptedException {
        end(nextPosition, Optional.empty());
    }

    /** @param preparation the transaction that this one has committed or rolled back */
    private void end(long nextPosition, Optional<String> preparation) throws InterruptedException {
        if (transaction == null) {
            return;
        }
        SourceTransaction ended = transaction;
        BinlogPosition before = position.position();
        preparation.ifPresent(gtid -> position.finished(gtid, nextPosition));
        position.finished(ended.gtid(), nextPosition);
        for (FollowedTable table : tables.values()) {
            if (table.isStopped()) {
                continue;
            }
            if (table.position().equals(before)) {
                table.moveTo(position.position());
            } else if (!isDone(table, ended)) {
                table.moveTo(after(table, ended, preparation, nextPosition));
            }
        }
        transaction = null;
        hasBegun = false;
        if (held != null) {
            // Nothing of the transaction comes behind it.
            records.get(held.id()).replaceLastOffset(held.offset());
            release();
        }
    }

    /** Hands on what waits for the end of the transaction, before the stream is given up. */
    void release() throws InterruptedException {
        if (held != null) {
            records.get(held.id()).flush(heldBytes);
            held = null;
        }
    }

    private void hold(FollowedTable table, long bytes) {
        if (!records.get(table.id()).isEmpty()) {
            held = table;
            heldBytes = bytes;
        }
    }

    /** A table that is not where the stream is has a set of its own. */
    private BinlogPosition after(
            FollowedTable table, SourceTransaction ended, Optional<String> preparation, long nextPosition) {
        String gtids = isMariaDb
                ? MariaDbGtids.parse(table.position().gtids())
                        .plus(ended.gtid())
                        .toString()
                : preparation
                        .map(table.executed()::plus)
                        .orElse(table.executed())
                        .plus(ended.gtid())
                        .toString();
        return new BinlogPosition(ended.file(), nextPosition, gtids);
    }

    private boolean isDone(FollowedTable table, SourceTransaction of) {
        return isMariaDb
                ? new BinlogPosition(of.file(), of.start(), "")
                        .isBefore(table.position().file(), table.position().offset())
                : table.executed().contains(of.gtid());
    }

    private void mapped(TableMap map) throws InterruptedException, SQLException {
        FollowedTable table = tables.get(map.table());
        TableMap known = maps.put(map.number(), map);
        if (!isWanted(table) || (known != null && known.isSameAs(map))) {
            return;
        }
        read(table, () -> {
            if (layouts.follow(table, map)) {
                copy(table.id()).ifPresent(TableCopy::forgetChunk);
            }
        });
    }

    private boolean isWanted(FollowedTable table) {
        return table != null && transaction != null && !table.isStopped() && !isDone(table, transaction);
    }

    /** Does something for a table that stops it where it cannot be done. */
    private void read(FollowedTable table, Reading reading) throws InterruptedException, SQLException {
        release();
        try {
            reading.run();
        } catch (UnreadableTableException | DataException | IllegalArgumentException | InvalidOffset e) {
            // What came before the unreadable row is whole.
            records.get(table.id()).flush(0);
            stops.stop(table, e.getMessage() + (e.getMessage().endsWith(".") ? "" : "."));
            stops.requireAny(tables.values());
        }
    }

    private void rows(EventType type, byte[] event, long at) throws InterruptedException, SQLException {
        TableMap map = maps.get(RowsEvent.table(event));
        FollowedTable table = map == null ? null : tables.get(map.table());
        if (!isWanted(table)) {
            return;
        }
        if (branches.isOpen()) {
            branches.add(new PreparedBranches.Rows(table.id(), type, event, at));
            return;
        }
        read(table, () -> rows(table, type, event, at));
    }

    private void rows(List<PreparedBranches.Rows> ofBranch) throws InterruptedException, SQLException {
        for (PreparedBranches.Rows rows : ofBranch) {
            FollowedTable table = tables.get(rows.table());
            if (isWanted(table)) {
                read(table, () -> rows(table, rows.type(), rows.event(), rows.at()));
            }
        }
    }

    /** A transaction of XA stands in the binlog, but nobody may see it yet, unless it was committed in the same step. */
    private void prepared(XAPrepareEventData preparation, long nextPosition) throws InterruptedException, SQLException {
        if (transaction == null || isMariaDb) {
            end(nextPosition);
            return;
        }
        if (preparation.isOnePhase()) {
            rows(branches.takeOpen());
            end(nextPosition);
            return;
        }
        branches.prepared(transaction.gtid());
        BinlogPosition before = position.position();
        position.reached(nextPosition);
        transaction = null;
        hasBegun = false;
        moveAlong(before);
    }

    private void rows(FollowedTable table, EventType type, byte[] event, long at) throws InterruptedException {
        if (transaction.isXa()) {
            throw new UnreadableTableException("The transaction " + transaction.gtid() + " of XA has changed "
                    + table.id() + ", which cannot be read yet. Leave the table out, or let the applications do"
                    + " without XA.");
        }
        RowsEvent rows = RowsEvent.of(type, event, table.layout().columns().size());
        ChangeRecords changes = records.get(table.id());
        Optional<TableCopy> copy = copy(table.id());
        int number = 0;
        while (rows.rows().remaining() > 0) {
            row(table, rows, changes, copy, transaction.place(at, number++));
        }
        finishCopy(table, changes);
        hold(table, event.length);
    }

    private void row(
            FollowedTable table, RowsEvent event, ChangeRecords changes, Optional<TableCopy> copy, Place place) {
        BinlogBytes in = event.rows();
        Struct first = table.layout().row(in);
        Struct second = event.kind() == RowsEvent.Kind.UPDATE ? table.layout().row(in) : null;
        long number = transaction.nextRow(table.id());
        copy.ifPresent(running -> {
            running.changed(table.layout().envelopes().key(first));
            if (second != null) {
                running.changed(table.layout().envelopes().key(second));
            }
        });
        if (table.hasSent(transaction.gtid(), number)) {
            return;
        }
        table.sentRows(transaction.gtid(), number);
        switch (event.kind()) {
            case INSERT -> changes.created(first, place, transaction);
            case UPDATE -> changes.updated(first, second, place, transaction, number - 1);
            case DELETE -> changes.deleted(first, place, transaction, number - 1);
        }
    }

    /** A copy of which all rows are read ends with the next change. */
    private void finishCopy(FollowedTable table, ChangeRecords changes) {
        Optional<Copy> ending = table.copy().filter(copy -> copy.stage() == Copy.Stage.ENDING);
        if (ending.isPresent() && table.hasBegun() && changes.canLastCarryTheEnd()) {
            copies.get(table.id()).finish(ending.get());
            copies.get(table.id()).forgetChunk();
        }
    }

    private void query(QueryEventData query, long nextPosition) throws InterruptedException, SQLException {
        DdlStatement statement = DdlStatement.of(query.getDatabase(), query.getSql());
        if (statement.isBegin()) {
            hasBegun = true;
            return;
        }
        if (statement.isXa()) {
            ofXa(query.getSql().strip(), nextPosition);
            return;
        }
        if (statement.isEnd()) {
            end(nextPosition);
            return;
        }
        if (transaction != null) {
            layouts.noticed(statement);
            for (FollowedTable table : tables.values()) {
                if (isWanted(table)) {
                    read(table, () -> {
                        effects.of(statement, query.getSql(), table, transaction, nextPosition);
                        hold(table, 0);
                    });
                }
            }
        }
        if (!hasBegun) {
            end(nextPosition);
        }
    }

    private void ofXa(String statement, long nextPosition) throws InterruptedException, SQLException {
        if (transaction == null) {
            return;
        }
        if (isMariaDb) {
            boolean isStart = statement.startsWith(XA_START);
            transaction = isStart ? transaction.asXa() : transaction;
            hasBegun |= isStart;
            if (!isStart) {
                end(nextPosition);
            }
        } else if (statement.startsWith(XA_START)) {
            branches.start(statement.substring(XA_START.length()));
            hasBegun = true;
        } else if (statement.startsWith(XA_COMMIT)) {
            Optional<Branch> branch = branches.take(statement.substring(XA_COMMIT.length()));
            if (branch.isPresent()) {
                rows(branch.get().rows());
            } else {
                committedUnread(statement);
            }
            end(nextPosition, branch.map(Branch::gtid));
        } else if (statement.startsWith(XA_ROLLBACK)) {
            end(
                    nextPosition,
                    branches.take(statement.substring(XA_ROLLBACK.length())).map(Branch::gtid));
        }
    }

    /** The rows of a transaction that was prepared before reading began are in no copy and do not come any more. */
    private void committedUnread(String statement) throws InterruptedException, SQLException {
        for (FollowedTable table : tables.values()) {
            if (isWanted(table)) {
                read(table, () -> effects.mayHaveOtherRows(table, statement));
            }
        }
    }

    private Optional<TableCopy> copy(TableId table) {
        return tables.get(table).copy().isPresent() ? Optional.of(copies.get(table)) : Optional.empty();
    }

    /** The events of a compressed transaction stand one after the other, without checksums. */
    private void unpacked(byte[] events, EventHeaderV4 outer) throws InterruptedException, SQLException {
        BinlogBytes in = new BinlogBytes(events);
        long at = outer.getNextPosition() - outer.getEventLength();
        while (in.remaining() > HEADER) {
            in.skip(4);
            EventType type = EventType.byEventNumber(in.unsignedByte());
            in.skip(4);
            int length = (int) in.littleEndian(4);
            in.skip(6);
            byte[] body = in.take(length - HEADER);
            if (RowsEvent.isOne(type)) {
                rows(type, body, at);
            } else if (type == EventType.TABLE_MAP) {
                mapped(TableMap.of(body));
            } else if (type == EventType.XID) {
                end(outer.getNextPosition());
            } else if (type == EventType.QUERY) {
                // Only BEGIN: whatever else ends a transaction by itself is not compressed.
                hasBegun = true;
            }
        }
        // Tables without transactions end in COMMIT, as a query.
        end(outer.getNextPosition());
    }

    /** Something done for one table. */
    private interface Reading {
        void run() throws InterruptedException, SQLException;
    }
}
