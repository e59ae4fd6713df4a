// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.GtidSet;

/** Where the stream stands: behind the last transaction that has ended. Used by one thread. */
final class StreamPosition {

    private final boolean isMariaDb;
    private String file;
    private long offset;
    private GtidSet executed;
    private MariaDbGtids last;
    private String gtids;
    private BinlogPosition position;

    StreamPosition(BinlogPosition start, boolean isMariaDb) {
        this.isMariaDb = isMariaDb;
        this.file = start.file();
        this.offset = start.offset();
        this.gtids = start.gtids();
        this.executed = isMariaDb ? GtidSet.parse("") : GtidSet.parse(start.gtids());
        this.last = isMariaDb ? MariaDbGtids.parse(start.gtids()) : MariaDbGtids.parse("");
        this.position = start;
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

    /** The server goes on in another file, or tells which one it begins with. */
    void rotated(String newFile, long newOffset) {
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

    /** A transaction has ended. */
    void finished(String gtid, long nextOffset) {
        reached(nextOffset);
        if (gtid.isEmpty()) {
            return;
        }
        if (isMariaDb) {
            last = last.plus(gtid);
            gtids = last.toString();
        } else {
            executed = executed.plus(gtid);
            gtids = executed.toString();
        }
        position = new BinlogPosition(file, offset, gtids);
    }

    /** Whether the stream has brought all that the table's position covers. */
    boolean covers(FollowedTable table) {
        return isMariaDb ? hasReached(table.position()) : executed.containsAll(table.executed());
    }

    /** Whether the stream has come to a place of the same server's binlog. */
    boolean hasReached(BinlogPosition place) {
        return !new BinlogPosition(file, offset, "").isBefore(place.file(), place.offset());
    }
}
