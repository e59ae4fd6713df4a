// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.RotateEventData;
import com.github.shyiko.mysql.binlog.event.XAPrepareEventData;
import io.tablecast.contract.record.MySqlSourceBlock.Place;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.PreparedBranches.Branch;
import io.tablecast.source.mysql.binlog.BinlogEvent;
import io.tablecast.source.mysql.binlog.DdlStatement;
import io.tablecast.source.mysql.binlog.GtidList;
import io.tablecast.source.mysql.binlog.NameCase;
import io.tablecast.source.mysql.binlog.Payload;
import io.tablecast.source.mysql.binlog.QueryEvent;
import io.tablecast.source.mysql.binlog.RowsEvent;
import io.tablecast.source.mysql.binlog.TableMap;
import io.tablecast.source.mysql.binlog.UnreadableTableException;
import io.tablecast.source.mysql.type.TextDecoder;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;

/** Follows the stream from transaction to transaction, for the tables that are wanted. Used by one thread. */
final class StreamFollower {

    private final Map<TableId, FollowedTable> tables;
    private final Map<TableId, TableCopy> copies;
    private final LayoutChanges layouts;
    private final StatementEffects effects;
    private final RowChanges changes;
    private final HeldRecords held;
    private final TableReadings readings;
    private final StreamPosition position;
    private final NameCase nameCase;
    private final IntFunction<TextDecoder> clients;
    private final TableMaps maps = new TableMaps();
    private final EventPlaces places = new EventPlaces();
    private final PreparedBranches branches = new PreparedBranches();
    private final FollowedPlaces followed;

    private SourceTransaction transaction;

    /** @param clients what decodes the statements of clients, by the number of their collation */
    StreamFollower(
            Map<TableId, FollowedTable> tables,
            Map<TableId, TableCopy> copies,
            Map<TableId, ChangeRecords> records,
            LayoutChanges layouts,
            TableStops stops,
            StreamPosition position,
            NameCase nameCase,
            IntFunction<TextDecoder> clients) {
        this.tables = tables;
        this.copies = copies;
        this.layouts = layouts;
        this.effects = new StatementEffects(copies, records, layouts, stops);
        this.changes = new RowChanges(copies, records);
        this.held = new HeldRecords(records);
        this.readings = new TableReadings(records, held, stops, tables.values());
        this.position = position;
        this.followed = new FollowedPlaces(tables.values(), position, branches);
        this.nameCase = nameCase;
        this.clients = clients;
    }

    /** Whether the stream stands between two transactions. */
    boolean isBetweenTransactions() {
        return transaction == null;
    }

    /** Where records stand that belong to no transaction. */
    Place place(Instant now) {
        return new Place(now, 0, "", position.file(), position.offset(), 0);
    }

    /** Hands on what waits for the end of the transaction, before the stream is given up. */
    void release() throws InterruptedException {
        held.release();
    }

    /**
     * Reads an event; a wanted table that it makes unreadable stops.
     *
     * @throws ConnectException when nobody can tell which tables it concerns
     */
    void handle(BinlogEvent event) throws InterruptedException, SQLException {
        try {
            take(event);
        } catch (DataException e) {
            throw new ConnectException(
                    "Cannot read the event that ends at " + position.file() + ":"
                            + places.last() + " of the binlog. " + e.getMessage()
                            + " Restart the task; if it stops here again, look at the file with mysqlbinlog, and delete the"
                            + " tables' offsets to have them copied again behind it.",
                    e);
        }
    }

    private void take(BinlogEvent event) throws InterruptedException, SQLException {
        EventHeaderV4 header = event.header();
        long end = isOfFile(event) ? places.end(header) : 0;
        switch (event.type()) {
            case ROTATE -> rotated((RotateEventData) event.data());
            case GTID, GTID_TAGGED, ANONYMOUS_GTID, MARIADB_GTID -> begin(event, end - header.getEventLength());
            case MARIADB_GTID_LIST -> began((GtidList) event.data(), end);
            case TABLE_MAP -> mapped(TableMap.of(event.bytes()));
            case QUERY -> query(QueryEvent.of(event.bytes(), clients), end);
            case XID -> end(end);
            case XA_PREPARE -> prepared(((XAPrepareEventData) event.data()).isOnePhase(), end);
            case TRANSACTION_PAYLOAD -> unpacked(Payload.events(event.bytes()), end, header.getEventLength());
            case HEARTBEAT, HEARTBEAT_V2 -> between(end);
            default -> other(event.type(), event, end);
        }
    }

    /** What a server makes up, and no file holds, comes between transactions and tells no place. */
    private boolean isOfFile(BinlogEvent event) {
        return transaction != null || event.header().getNextPosition() != 0 || isBeginning(event.type());
    }

    private static boolean isBeginning(EventType type) {
        return switch (type) {
            case GTID, GTID_TAGGED, ANONYMOUS_GTID, MARIADB_GTID -> true;
            default -> false;
        };
    }

    private void other(EventType type, BinlogEvent event, long end) throws InterruptedException, SQLException {
        if (RowsEvent.isOne(type)) {
            rows(type, event.bytes(), end - event.header().getEventLength());
            return;
        }
        // Between transactions, no event of an unknown kind changes rows.
        if (type != EventType.UNKNOWN || (event.isUnknown() && transaction != null)) {
            unread(type, event);
        }
        between(end);
    }

    private void unread(EventType type, BinlogEvent event) throws InterruptedException, SQLException {
        Optional<String> fault = UnreadEvents.fault(type);
        if (fault.isPresent()) {
            stop(UnreadEvents.mayConcern(type, event.body(), maps), fault.get());
        }
    }

    /** Stops those tables that are not behind what happens now. */
    private void stop(Predicate<TableId> concerned, String reason) throws InterruptedException, SQLException {
        for (FollowedTable table : tables.values()) {
            boolean isBehind = transaction != null && position.isDone(table, transaction);
            if (concerned.test(table.id()) && table.isRead() && !isBehind) {
                readings.read(table, () -> {
                    throw new UnreadableTableException(reason);
                });
            }
        }
    }

    private void rotated(RotateEventData rotation) {
        followed.rotated(rotation);
        places.beginAt(rotation.getBinlogPosition());
    }

    private void begin(BinlogEvent event, long at) throws InterruptedException, SQLException {
        if (event.isAnonymous() && position.isByGtids()) {
            throw new UnreadableTableException("The server writes transactions without GTIDs. Set gtid_mode=ON,"
                    + " delete the tables' offsets, so that they are copied again, and restart the task.");
        }
        transaction = SourceTransaction.of(event, position.file(), at);
        if (transaction.isPrepared()) {
            branches.start();
        }
        for (FollowedTable table : tables.values()) {
            if (table.isRead() && position.isOfAnotherServer(table, transaction)) {
                stop(
                        table.id()::equals,
                        "Other transactions than those that were read are before "
                                + table.position().file() + ":"
                                + table.position().offset() + " of the binlog: it is another server's.");
            }
        }
    }

    private void between(long nextPosition) {
        if (transaction == null) {
            followed.reached(nextPosition);
        }
    }

    /** Of a file; the server also makes one up, for who begins behind GTIDs, as nobody does here. */
    private void began(GtidList list, long end) {
        if (transaction == null && end > 0) {
            followed.began(list, end);
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
        followed.ended(transaction, nextPosition, preparation);
        transaction = null;
        maps.transactionEnded();
        held.transactionEnded();
    }

    private void mapped(TableMap map) throws InterruptedException, SQLException {
        FollowedTable table = tables.get(map.table());
        boolean isNews = maps.isNews(map);
        if (!isWanted(table) || !isNews) {
            return;
        }
        readings.read(table, () -> {
            if (table.isGone()) {
                effects.isThereAgain(table);
                return;
            }
            switch (layouts.follow(table, map)) {
                case SAME -> {}
                case CHANGED -> copy(table.id()).ifPresent(TableCopy::forgetChunk);
                case FILLED -> effects.givenOtherValues(table);
                case DOUBTFUL -> effects.mayHaveOtherRows(table, "columns that contradict how they were renamed");
                case UNKNOWN -> effects.unknownColumns(table);
            }
        });
    }

    private boolean isWanted(FollowedTable table) {
        return isFollowed(table) && !position.isDone(table, transaction);
    }

    private boolean isFollowed(FollowedTable table) {
        return table != null && transaction != null && table.isRead();
    }

    private void rows(EventType type, byte[] event, long at) throws InterruptedException, SQLException {
        TableMap map = maps.of(RowsEvent.table(event));
        FollowedTable table = map == null ? null : tables.get(map.table());
        if (branches.isOpen()) {
            // Also where the table is behind the preparation: its commit may come later.
            if (isFollowed(table)) {
                branches.add(new PreparedBranches.Rows(table.id(), type, event, at));
            }
            return;
        }
        if (isWanted(table)) {
            rows(table, type, event, at);
        }
    }

    private void rows(List<PreparedBranches.Rows> ofBranch) throws InterruptedException, SQLException {
        for (PreparedBranches.Rows rows : ofBranch) {
            FollowedTable table = tables.get(rows.table());
            if (isWanted(table)) {
                rows(table, rows.type(), rows.event(), rows.at());
            }
        }
    }

    private void rows(FollowedTable table, EventType type, byte[] event, long at)
            throws InterruptedException, SQLException {
        if (table.isCopiedAtOnce() && table.copy().isPresent()) {
            // Its snapshot will see the rows.
            return;
        }
        readings.read(table, () -> {
            changes.of(table, type, event, at, transaction);
            held.hold(table, event.length);
        });
    }

    /** A transaction of XA stands in the binlog, but nobody may see it yet, unless it was committed in the same step. */
    private void prepared(boolean isCommittedAtOnce, long nextPosition) throws InterruptedException, SQLException {
        if (transaction == null) {
            return;
        }
        if (isCommittedAtOnce) {
            rows(branches.takeOpen());
            end(nextPosition);
            return;
        }
        branches.prepared(transaction);
        if (!position.isByGtids()) {
            end(nextPosition);
            return;
        }
        followed.reached(nextPosition);
        transaction = null;
    }

    private void query(QueryEvent query, long nextPosition) throws InterruptedException, SQLException {
        DdlStatement statement = DdlStatement.of(query, nameCase);
        if (transaction == null) {
            return;
        }
        if (statement.isBegin()) {
            transaction.begin();
            return;
        }
        if (statement.isXa()) {
            ofXa(query.sql(), nextPosition);
            return;
        }
        if (statement.isEnd()) {
            end(nextPosition);
            return;
        }
        for (FollowedTable table : tables.values()) {
            if (isWanted(table) && !transaction.isWithoutEffect()) {
                readings.read(table, () -> {
                    effects.of(statement, query.sql(), table, transaction, nextPosition);
                    held.hold(table, 0);
                });
            }
        }
        if (!transaction.hasBegun()) {
            end(nextPosition);
        }
    }

    private void ofXa(String sql, long nextPosition) throws InterruptedException, SQLException {
        XaStatement statement = XaStatement.of(sql);
        switch (statement.kind()) {
            case START -> {
                branches.start();
                transaction.begin();
            }
            case END -> branches.named(statement.xid());
            case COMMIT -> {
                Optional<Branch> branch = branches.take(statement.xid());
                if (branch.isPresent()) {
                    rows(branch.get().rows());
                } else {
                    committedUnread(sql);
                }
                end(nextPosition, branch.map(Branch::gtid));
            }
            case ROLLBACK -> end(nextPosition, branches.take(statement.xid()).map(Branch::gtid));
            case OTHER -> {}
        }
    }

    /** The rows of a transaction that was prepared before reading began are in no copy and do not come any more. */
    private void committedUnread(String statement) throws InterruptedException, SQLException {
        for (FollowedTable table : tables.values()) {
            if (isWanted(table)) {
                readings.read(table, () -> effects.mayHaveOtherRows(table, statement));
            }
        }
    }

    private Optional<TableCopy> copy(TableId table) {
        return tables.get(table).copy().isPresent() ? Optional.of(copies.get(table)) : Optional.empty();
    }

    /** All stand in one event of the file, so they are told apart as if each were a byte of it. */
    private void unpacked(List<Payload.Event> events, long end, long length) throws InterruptedException, SQLException {
        long at = end - length;
        for (Payload.Event event : events) {
            if (RowsEvent.isOne(event.type())) {
                rows(event.type(), event.body(), at++);
            } else if (event.type() == EventType.TABLE_MAP) {
                mapped(TableMap.of(event.body()));
            } else if (event.type() == EventType.QUERY && event.statement().startsWith("XA ")) {
                ofXa(event.statement(), end);
            } else if (event.type() == EventType.XA_PREPARE) {
                prepared(event.body()[0] != 0, end);
            } else {
                Optional<String> fault = UnreadEvents.fault(event.type());
                if (fault.isPresent()) {
                    stop(UnreadEvents.mayConcern(event.type(), event.body(), maps), fault.get());
                }
            }
        }
        // Whatever else ends a transaction by itself is not compressed, so that this is the end of a whole one.
        end(end);
    }
}
