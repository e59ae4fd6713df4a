// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.apply.Change;
import io.tablecast.sink.apply.Origin;
import io.tablecast.sink.snapshot.LoadChunk;
import io.tablecast.sink.snapshot.LoadPiece;
import io.tablecast.sink.snapshot.LoadRow;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the records of a partition to the load in one transaction that it has now. */
final class LoadFeed {

    private static final Logger LOG = LoggerFactory.getLogger(LoadFeed.class);

    private final SnapshotLoads loads;

    LoadFeed(SnapshotLoads loads) {
        this.loads = loads;
    }

    /** Hands a row to the partition's load. */
    void row(AssignedPartition partition, TableId table, Change.Write row, Optional<SnapshotOrdinal> ordinal) {
        LoadRow loaded = new LoadRow(
                row.row(),
                ordinal.map(SnapshotOrdinal::ordinal).orElse(LoadRow.NO_ORDINAL),
                row.origin().offset());
        add(partition, table, row.origin(), ordinal.map(SnapshotOrdinal::snapshotId), loaded);
    }

    /** Hands many rows of one record to the partition's load. */
    void rows(AssignedPartition partition, TableId table, Change.Rows rows) {
        LoadChunk loaded = new LoadChunk(rows.chunk(), rows.origin().offset());
        add(partition, table, rows.origin(), Optional.of(rows.chunk().rows().id()), loaded);
    }

    private void add(
            AssignedPartition partition, TableId table, Origin origin, Optional<String> snapshotId, LoadPiece piece) {
        RunningLoad load = loads.running(partition);
        if (load.hasEnded()) {
            partition.turnAway(origin.offset());
            return;
        }
        if (!table.equals(load.table())) {
            loads.stageInstead(load, "a record of " + table + " stands at " + origin.text() + " before its end");
            return;
        }
        if (snapshotId.isPresent() && !snapshotId.get().equals(load.running().snapshotId())) {
            LOG.warn(
                    "Passed over {}, which belongs to snapshot {} while {} is loaded",
                    origin.text(),
                    snapshotId.get(),
                    load.running().snapshotId());
        } else {
            load.running().add(piece);
        }
        load.heardOf();
        partition.load(origin.offset());
    }

    /** A record that is no row came while the partition's snapshot is loaded. */
    void other(AssignedPartition partition, TableId table, long offset) {
        RunningLoad load = loads.running(partition);
        if (load.hasEnded()) {
            partition.turnAway(offset);
            return;
        }
        if (!table.equals(load.table())) {
            loads.stageInstead(load, "a record of " + table + " stands at offset " + offset + " before its end");
            return;
        }
        load.heardOf();
        partition.load(offset);
    }

    /** A record that concerns no row came while the partition's snapshot is loaded. */
    void nothing(AssignedPartition partition, long offset) {
        loads.running(partition).heardOf();
        partition.load(offset);
    }

    /**
     * A record came that cannot be read.
     *
     * @return whether it has to come again: a load in one transaction has no place for it, a switch is to be over first
     */
    boolean putOff(AssignedPartition partition, long offset, String reason) {
        if (loads.isSwitching(partition)) {
            partition.turnAway(offset);
            return true;
        }
        if (loads.isLoading(partition)) {
            loads.stageInstead(partition, reason);
            return true;
        }
        return false;
    }

    /** The snapshot's last record was handed over. */
    void end(AssignedPartition partition, SnapshotEnd end, long offset) {
        if (!loads.isLoading(partition)) {
            return;
        }
        RunningLoad load = loads.running(partition);
        if (!load.running().snapshotId().equals(end.id())) {
            LOG.warn(
                    "Passed over the end of snapshot {} while {} is loaded",
                    end.id(),
                    load.running().snapshotId());
            return;
        }
        load.end(end, offset + 1);
    }
}
