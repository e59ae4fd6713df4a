// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.GtidSet;
import java.util.Optional;
import java.util.Set;

/** Where the stream stands: behind the last transaction that has ended. Used by one thread. */
final class StreamPosition {

    private final PositionForm form;
    private String file;
    private long offset;
    private GtidSet executed;
    private MariaDbGtids last;
    private String gtids;
    private BinlogPosition position;

    /** A stream that begins behind transactions is in a place only when the server has named it. */
    private boolean isPlaced;

    StreamPosition(BinlogPosition start, PositionForm form) {
        this.form = form;
        this.file = start.file();
        this.offset = start.offset();
        this.gtids = start.gtids();
        this.executed = GtidSet.parse(form == PositionForm.GTIDS ? start.gtids() : "");
        this.last = MariaDbGtids.parse(form == PositionForm.FILE_AND_GTIDS ? start.gtids() : "");
        this.position = start;
        this.isPlaced = form != PositionForm.GTIDS;
    }

    String file() {
        return file;
    }

    long offset() {
        return offset;
    }

    BinlogPosition position() {
        return position;
    }

    /** Whether a table stands behind transactions, and not behind a place. */
    boolean isByGtids() {
        return form == PositionForm.GTIDS;
    }

    /** The server goes on in another file, or tells which one it begins with. */
    void rotated(String newFile, long newOffset) {
        isPlaced = true;
        file = newFile;
        offset = newOffset;
        position = new BinlogPosition(file, offset, gtids);
    }

    /** An event between transactions ends here; events that stand in no file have no place. */
    void reached(long nextOffset) {
        if (nextOffset > offset) {
            offset = nextOffset;
            position = new BinlogPosition(file, offset, gtids);
        }
    }

    /** A MariaDB begins a file and tells which domains it knows: it may have been made to forget some. */
    void knows(Set<Long> domains) {
        if (form == PositionForm.FILE_AND_GTIDS) {
            last = last.within(domains);
            gtids = last.toString();
            position = new BinlogPosition(file, offset, gtids);
        }
    }

    /** A transaction has ended. */
    void finished(String gtid, long nextOffset) {
        reached(nextOffset);
        if (gtid.isEmpty()) {
            return;
        }
        switch (form) {
            case GTIDS -> {
                executed = executed.plus(gtid);
                gtids = executed.toString();
            }
            case FILE_AND_GTIDS -> {
                last = last.plus(gtid);
                gtids = last.toString();
            }
            case FILE -> {
                // While a server is being given GTIDs, some transactions have one.
            }
        }
        position = new BinlogPosition(file, offset, gtids);
    }

    /**
     * Whether a table's place, which is so far in a file of a MariaDB that it could not be compared before, is one of
     * another server: a transaction that the table has not read begins, and other ones came before it.
     */
    boolean isOfAnotherServer(FollowedTable table, SourceTransaction begins) {
        return form == PositionForm.FILE_AND_GTIDS
                && EventPlaces.isFar(table.position().offset())
                && !isDone(table, begins)
                && !MariaDbGtids.parse(table.position().gtids())
                        .within(last.domains())
                        .equals(last);
    }

    /** Whether a table is behind a transaction. */
    boolean isDone(FollowedTable table, SourceTransaction transaction) {
        return isByGtids()
                ? table.executed().contains(transaction.gtid())
                : new BinlogPosition(transaction.file(), transaction.start(), "")
                        .isBefore(table.position().file(), table.position().offset());
    }

    /**
     * Where a table stands behind a transaction that is not where the stream is, and so has transactions of its own.
     *
     * @param preparation the transaction that this one has committed or rolled back
     */
    BinlogPosition behind(
            FollowedTable table, SourceTransaction ended, Optional<String> preparation, long nextPosition) {
        String own = switch (form) {
            case GTIDS ->
                preparation
                        .map(table.executed()::plus)
                        .orElse(table.executed())
                        .plus(ended.gtid())
                        .toString();
            case FILE_AND_GTIDS ->
                MariaDbGtids.parse(table.position().gtids()).plus(ended.gtid()).toString();
            case FILE -> "";
        };
        return new BinlogPosition(ended.file(), nextPosition, own);
    }

    /** Whether the stream has brought all that the table's position covers. */
    boolean covers(FollowedTable table) {
        return isByGtids() ? executed.containsAll(table.executed()) : hasReached(table.position());
    }

    /** Whether the stream has come to a place of the same server's binlog. */
    boolean hasReached(BinlogPosition place) {
        return isPlaced && !new BinlogPosition(file, offset, "").isBefore(place.file(), place.offset());
    }
}
