// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/** The buffer between the readers of a task and its polling thread. Thread-safe. */
public final class BoundedRecordBuffer implements RecordBuffer {

    private final int maxRecords;
    private final long maxBytes;
    private final int pollRecords;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition hasRoom = lock.newCondition();
    private final Condition hasRecords = lock.newCondition();
    private final Deque<Batch> batches = new ArrayDeque<>();
    private int records;
    private long bytes;
    private ConnectException failure;

    /**
     * Fixes the bounds.
     *
     * @param pollRecords how many records one poll takes at most, unless a single batch holds more
     */
    public BoundedRecordBuffer(int maxRecords, long maxBytes, int pollRecords) {
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
        this.pollRecords = pollRecords;
    }

    @Override
    public void put(List<SourceRecord> batch, long batchBytes) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!hasRoomFor(batch, batchBytes)) {
                hasRoom.await();
            }
            add(batch, batchBytes);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean offer(List<SourceRecord> batch, long batchBytes, Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = patience.toNanos();
            while (!hasRoomFor(batch, batchBytes)) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = hasRoom.awaitNanos(nanos);
            }
            add(batch, batchBytes);
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void awaitRoom() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (records > maxRecords / 2 || bytes > maxBytes / 2) {
                hasRoom.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoomFor(List<SourceRecord> batch, long batchBytes) {
        return batches.isEmpty() || (records + batch.size() <= maxRecords && bytes + batchBytes <= maxBytes);
    }

    private void add(List<SourceRecord> batch, long batchBytes) {
        if (batch.isEmpty()) {
            return;
        }
        batches.add(new Batch(batch, batchBytes));
        records += batch.size();
        bytes += batchBytes;
        hasRecords.signalAll();
    }

    @Override
    public void fail(ConnectException newFailure) {
        lock.lock();
        try {
            if (failure == null) {
                failure = newFailure;
            }
            hasRecords.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes what is there, waiting for a first batch.
     *
     * @return the records, in the order in which they were put; empty when none came in time
     * @throws ConnectException the failure that a reader left
     */
    public List<SourceRecord> take(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = patience.toNanos();
            while (batches.isEmpty() && failure == null && nanos > 0) {
                nanos = hasRecords.awaitNanos(nanos);
            }
            if (failure != null) {
                throw failure;
            }
            return drain();
        } finally {
            lock.unlock();
        }
    }

    /** @throws ConnectException the failure that a reader left, if there is one */
    public void throwIfFailed() {
        lock.lock();
        try {
            if (failure != null) {
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all records, because they must not be sent any more; a failure stays. */
    public void clear() {
        lock.lock();
        try {
            batches.clear();
            records = 0;
            bytes = 0;
            hasRoom.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private List<SourceRecord> drain() {
        if (batches.isEmpty()) {
            return List.of();
        }
        Batch first = remove();
        if (batches.isEmpty()
                || first.records().size() + batches.peek().records().size() > pollRecords) {
            return first.records();
        }
        List<SourceRecord> taken = new ArrayList<>(pollRecords);
        taken.addAll(first.records());
        while (!batches.isEmpty() && taken.size() + batches.peek().records().size() <= pollRecords) {
            taken.addAll(remove().records());
        }
        return taken;
    }

    private Batch remove() {
        Batch batch = batches.remove();
        records -= batch.records().size();
        bytes -= batch.bytes();
        hasRoom.signalAll();
        return batch;
    }

    private record Batch(List<SourceRecord> records, long bytes) {}
}
