// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import com.github.shyiko.mysql.binlog.event.RotateEventData;
import io.tablecast.contract.offset.BinlogOffset.Prepared;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.GtidList;
import java.util.Collection;
import java.util.Optional;

/**
 * Moves the stream's place on, and with it the tables that stand there: what a table's offset becomes as transactions end
 * and files follow each other. Used by one thread.
 */
final class FollowedPlaces {

    private final Collection<FollowedTable> tables;
    private final StreamPosition position;
    private final PreparedBranches branches;

    FollowedPlaces(Collection<FollowedTable> tables, StreamPosition position, PreparedBranches branches) {
        this.tables = tables;
        this.position = position;
        this.branches = branches;
    }

    /** The stream goes on in another file, or tells which one it begins with. */
    void rotated(RotateEventData rotation) {
        BinlogPosition before = position.position();
        position.rotated(rotation.getBinlogFilename(), rotation.getBinlogPosition());
        moveAlong(before);
    }

    /** An event that changes nothing ends between transactions. */
    void reached(long nextPosition) {
        BinlogPosition before = position.position();
        position.reached(nextPosition);
        moveAlong(before);
    }

    /** A file of a MariaDB begins. */
    void began(GtidList list, long end) {
        BinlogPosition before = position.position();
        position.reached(end);
        position.knows(list.domains());
        moveAlong(before);
    }

    /**
     * A transaction has ended.
     *
     * @param preparation the transaction that this one has committed or rolled back
     */
    void ended(SourceTransaction transaction, long nextPosition, Optional<String> preparation) {
        BinlogPosition before = position.position();
        preparation.ifPresent(gtid -> position.finished(gtid, nextPosition));
        position.finished(transaction.gtid(), nextPosition);
        for (FollowedTable table : tables) {
            if (!table.isRead()) {
                continue;
            }
            if (table.position().equals(before)) {
                table.moveTo(position.position(), oldestPrepared());
            } else if (!position.isDone(table, transaction)) {
                table.moveTo(position.behind(table, transaction, preparation, nextPosition), oldestPrepared());
            }
        }
    }

    /** Tables that stood where the stream stood go with it, so that no purged file keeps them from going on. */
    private void moveAlong(BinlogPosition before) {
        if (position.position().equals(before)) {
            return;
        }
        for (FollowedTable table : tables) {
            if (table.position().equals(before) && !table.hasPartOfTransaction() && table.isRead()) {
                table.moveTo(position.position(), oldestPrepared());
            }
        }
    }

    /** Sets of GTIDs leave out what is prepared by themselves. */
    private Optional<Prepared> oldestPrepared() {
        return position.isByGtids() ? Optional.empty() : branches.oldest();
    }
}
