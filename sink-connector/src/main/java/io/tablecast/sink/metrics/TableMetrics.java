// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metrics;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The figures of one destination table. Written by the task's thread, read by anyone. */
public final class TableMetrics {

    private static final long NEVER = 0;
    private static final double MILLIS = 1000.0;

    private final Clock clock;
    private final LongAdder rows = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder snapshots = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final AtomicLong oldestWritten = new AtomicLong(NEVER);
    private final AtomicLong oldestGathered = new AtomicLong(NEVER);
    private final AtomicLong lastSuccess = new AtomicLong(NEVER);
    private volatile boolean isQuarantined;

    public TableMetrics(Clock clock) {
        this.clock = requireNonNull(clock, "clock is null");
    }

    /**
     * A new batch has its first change of the table; one batch may be under way before it.
     *
     * @param sourceTime when the change happened; empty when the source does not tell
     */
    public void gathered(Optional<Instant> sourceTime) {
        oldestGathered.compareAndSet(
                NEVER, sourceTime.map(Instant::toEpochMilli).orElseGet(clock::millis));
    }

    /** The batch that was gathered is being written. */
    public void handedOver() {
        oldestWritten.compareAndSet(NEVER, oldestGathered.getAndSet(NEVER));
    }

    /** The batch is committed. */
    public void applied(long more) {
        rows.add(more);
        batches.increment();
        succeeded();
    }

    /** A snapshot was committed. */
    public void loaded(long more) {
        rows.add(more);
        snapshots.increment();
        succeeded();
    }

    private void succeeded() {
        isQuarantined = false;
        oldestWritten.set(NEVER);
        lastSuccess.set(clock.millis());
    }

    /** What was gathered or under way is no longer this task's to write. */
    public void dropped() {
        oldestGathered.set(NEVER);
        oldestWritten.set(NEVER);
    }

    /** The task has no partition of the table any more; whoever has it now tries anew what could not be written. */
    void released() {
        dropped();
        isQuarantined = false;
    }

    /** Nothing is written to the table any more. */
    public void quarantined() {
        isQuarantined = true;
    }

    /** A record was put aside. */
    public void rejected() {
        rejected.increment();
    }

    long rows() {
        return rows.sum();
    }

    long batches() {
        return batches.sum();
    }

    long snapshots() {
        return snapshots.sum();
    }

    long quarantine() {
        return isQuarantined ? 1 : 0;
    }

    long rejectedRecords() {
        return rejected.sum();
    }

    double lagSeconds() {
        long written = oldestWritten.get();
        long since = written == NEVER ? oldestGathered.get() : written;
        return since == NEVER ? 0 : Math.max(0, clock.millis() - since) / MILLIS;
    }

    long lastSuccess() {
        return lastSuccess.get();
    }
}
