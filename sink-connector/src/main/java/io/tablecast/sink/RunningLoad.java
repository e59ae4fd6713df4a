// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.offset.Advance;
import io.tablecast.sink.snapshot.LoadPlan;
import io.tablecast.sink.snapshot.LoadSettings;
import io.tablecast.sink.snapshot.SnapshotLoad;
import java.time.Duration;

/** A load that has a transaction of its own, and where its partition goes on when it has ended. For the task's thread. */
final class RunningLoad {

    private final LoadPlan plan;
    private volatile AssignedPartition partition;
    private SnapshotLoad running;
    private final long beginOffset;
    private final long beginNanos = System.nanoTime();
    private long lastRecordNanos = beginNanos;
    private long nextOffset;
    private boolean hasEnded;
    private long parkedNanos;
    private boolean wasParked;
    private boolean isSwitchOfStaged;

    /**
     * A load that is about to start.
     *
     * @param beginOffset where to read again if it fails
     */
    RunningLoad(LoadPlan plan, AssignedPartition partition, long beginOffset) {
        this.plan = plan;
        this.partition = partition;
        this.beginOffset = beginOffset;
    }

    void started(SnapshotLoad load) {
        running = load;
    }

    /** It takes no rows, because all of them are staged. */
    void startedSwitch(SnapshotLoad load) {
        running = load;
        isSwitchOfStaged = true;
    }

    SnapshotLoad running() {
        return running;
    }

    AssignedPartition partition() {
        return partition;
    }

    TableId table() {
        return plan.table();
    }

    long beginOffset() {
        return beginOffset;
    }

    /** The move that its transaction makes. The only method for the load's thread. */
    Advance advanceTo(long next) {
        return partition.advanceTo(next);
    }

    /** Its partition was closed and may come back. */
    void park() {
        parkedNanos = System.nanoTime();
        wasParked = true;
    }

    /** Its partition has come back and was claimed anew. */
    void resume(AssignedPartition claimed) {
        // What was staged ahead of the last record counts with the switch: that record is not read again.
        claimed.resumeLoad(hasEnded ? nextOffset : partition.accepted());
        partition = claimed;
        heardOf();
    }

    boolean wasParked() {
        return wasParked;
    }

    /** Whether it has held its transaction open for nothing for too long. */
    boolean isParkedTooLong() {
        return isOver(parkedNanos, limits().idle());
    }

    void heardOf() {
        lastRecordNanos = System.nanoTime();
    }

    /** Whether what failed may be found by loading in batches: a row, or what the destination refuses at the switch. */
    boolean isWorthStaging() {
        return !isSwitchOfStaged && (!running.hasReachedSwitch() || plan.isIntoKeptTable());
    }

    /** Hands the end over. */
    void end(SnapshotEnd marker, long next) {
        ended(next);
        running.end(marker, next);
    }

    /** All of it is there. */
    void ended(long next) {
        hasEnded = true;
        nextOffset = next;
    }

    boolean hasEnded() {
        return hasEnded;
    }

    long nextOffset() {
        return nextOffset;
    }

    /** Whether one transaction has taken rows for longer than it may. */
    boolean isTooLong() {
        return !hasEnded && isOver(beginNanos, limits().transaction());
    }

    /** Whether no record has come for longer than may be, although the load would take some. */
    boolean isIdle() {
        if (running.isQueueFull()) {
            heardOf();
        }
        return !hasEnded && isOver(lastRecordNanos, limits().idle());
    }

    private LoadSettings.Limits limits() {
        return plan.settings().limits();
    }

    private static boolean isOver(long since, Duration limit) {
        return System.nanoTime() - since >= limit.toNanos();
    }
}
