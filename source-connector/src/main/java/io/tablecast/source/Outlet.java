// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.source.reading.BoundedRecordBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The way of records from the readers to Connect, open only while the tables' locks are known to be held. Records that
 * were taken when that knowledge ran out are kept: if the locks turn out to have been held all along, they are sent, and
 * if the locks were lost, they are forgotten, because their tables are read again. One thread polls, another one opens
 * and closes.
 */
final class Outlet {

    private static final Duration ACKNOWLEDGED_INTERVAL = Duration.ofMillis(20);

    private final BoundedRecordBuffer buffer;
    private final CountDownLatch stop;
    private final LongSupplier nanoTime;

    private volatile boolean isOpen;
    private volatile long trustedUntil;
    private List<SourceRecord> taken = List.of();
    private final AtomicLong unacknowledged = new AtomicLong();

    Outlet(BoundedRecordBuffer buffer, CountDownLatch stop, LongSupplier nanoTime) {
        this.buffer = buffer;
        this.stop = stop;
        this.nanoTime = nanoTime;
    }

    /** The locks are held, and so they are for some time. */
    void open(Duration trust) {
        trustedUntil = nanoTime.getAsLong() + trust.toNanos();
        isOpen = true;
    }

    /** The locks are lost, or are about to be given up. */
    void close() {
        isOpen = false;
    }

    /** After it was closed and all readers have ended: forgets what was read and not sent. */
    synchronized void forget() {
        buffer.clear();
        taken = List.of();
    }

    /**
     * The next records; empty when there are none for now, or when they may not be sent now.
     *
     * @throws org.apache.kafka.connect.errors.ConnectException when a reader has failed for good
     */
    List<SourceRecord> poll(Duration patience) throws InterruptedException {
        if (!isTrusted()) {
            buffer.throwIfFailed();
            stop.await(patience.toMillis(), TimeUnit.MILLISECONDS);
            return List.of();
        }
        return take(patience);
    }

    private synchronized List<SourceRecord> take(Duration patience) throws InterruptedException {
        if (taken.isEmpty()) {
            taken = buffer.take(patience);
        }
        // Trust may have ended while waiting; then the locks may be another task's already.
        if (!isTrusted()) {
            return List.of();
        }
        List<SourceRecord> records = taken;
        taken = List.of();
        unacknowledged.addAndGet(records.size());
        return records;
    }

    /** One of the records that were polled is with Kafka, or was dropped for good. */
    void acknowledged() {
        unacknowledged.decrementAndGet();
    }

    /**
     * Waits until all records that were polled are acknowledged, so that offsets which are read now are beyond them where
     * a transaction holds both.
     *
     * @return false when stopped before
     */
    boolean awaitAcknowledged() throws InterruptedException {
        while (unacknowledged.get() > 0) {
            if (stop.await(ACKNOWLEDGED_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return true;
    }

    private boolean isTrusted() {
        return isOpen && nanoTime.getAsLong() - trustedUntil < 0;
    }
}
