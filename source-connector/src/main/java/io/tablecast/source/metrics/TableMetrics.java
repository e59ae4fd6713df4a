// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.metrics;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** The figures of one table. Written by its reader, read by anyone. */
public final class TableMetrics {

    private static final long NEVER = 0;
    private static final double MILLIS = 1000.0;

    private final Clock clock;
    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final AtomicLong copiedRows = new AtomicLong();
    private final AtomicLong estimatedRows = new AtomicLong();
    private final AtomicLong behindSince = new AtomicLong(NEVER);
    private final AtomicLong lastSuccess = new AtomicLong(NEVER);
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong queuedRows = new AtomicLong();
    private final AtomicLong oldestQueuedRow = new AtomicLong(NEVER);
    private final AtomicReference<String> queueHeldBy = new AtomicReference<>("");

    public TableMetrics(Clock clock) {
        this.clock = clock;
    }

    /** Records were handed to the task. */
    public void sent(long moreRecords, long moreBytes) {
        records.add(moreRecords);
        bytes.add(moreBytes);
    }

    /**
     * A copy has begun.
     *
     * @param estimate how many rows it may have; negative when nobody knows
     */
    public void copyStarted(long estimate) {
        copiedRows.set(0);
        estimatedRows.set(Math.max(0, estimate));
    }

    /** So many rows of the running copy were read. */
    public void copied(long rows) {
        copiedRows.set(rows);
    }

    public void copyFinished() {
        estimatedRows.set(copiedRows.get());
    }

    /** The table is behind the source since the given time, in milliseconds since the epoch. */
    public void behindSince(long epochMillis) {
        behindSince.set(epochMillis);
    }

    /** The table is behind the source from now on, unless it was before. */
    public void behind() {
        behindSince.compareAndSet(NEVER, clock.millis());
    }

    /** The table is as new as its settings want it, and the last try went well. */
    public void succeeded() {
        behindSince.set(NEVER);
        lastSuccess.set(clock.millis());
        failures.set(0);
    }

    /** Another try has failed; so many have since the last success. */
    public long failed() {
        return failures.incrementAndGet();
    }

    /**
     * How the table's queue was found.
     *
     * @param oldest when its oldest row was written, in milliseconds since the epoch; 0 when it is empty
     * @param heldBy what keeps its rows; empty when nothing does
     */
    public void queue(long rows, long oldest, String heldBy) {
        queuedRows.set(rows);
        oldestQueuedRow.set(oldest);
        queueHeldBy.set(heldBy);
    }

    long records() {
        return records.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    long copiedRows() {
        return copiedRows.get();
    }

    long estimatedRows() {
        return estimatedRows.get();
    }

    double lagSeconds() {
        long since = behindSince.get();
        return since == NEVER ? 0 : Math.max(0, clock.millis() - since) / MILLIS;
    }

    long queuedRows() {
        return queuedRows.get();
    }

    double oldestQueuedSeconds() {
        long since = oldestQueuedRow.get();
        return since == NEVER ? 0 : Math.max(0, clock.millis() - since) / MILLIS;
    }

    String queueHeldBy() {
        return queueHeldBy.get();
    }

    long lastSuccess() {
        return lastSuccess.get();
    }

    long failuresInARow() {
        return failures.get();
    }
}
