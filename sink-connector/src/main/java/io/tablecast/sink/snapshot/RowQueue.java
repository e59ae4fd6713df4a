// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.record.SnapshotEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Rows on their way from the task's thread to the load's. Adding never blocks; the task asks whether it is full and then
 * pauses the partition.
 */
final class RowQueue {

    private static final int MAXIMUM_ROWS = 20_000;
    private static final int WORTH_WAKING = 256;
    private static final long LONGEST_REST_MS = 50;
    // Until the first rows are measured: small enough for rows of a megabyte.
    private static final long FIRST_GUESS_BYTES = 16 * 1024;
    // A row as objects against its encoded form.
    private static final long HEAP_FACTOR = 4;

    private final long maximumBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private List<LoadPiece> waiting = new ArrayList<>();
    private long chunkBytes;
    private SnapshotEnd end;
    private long nextOffset;
    private boolean isClosed;
    private volatile long rowBytes = FIRST_GUESS_BYTES;

    RowQueue(long maximumBytes) {
        this.maximumBytes = maximumBytes;
    }

    void add(LoadPiece piece) {
        lock.lock();
        try {
            if (isClosed) {
                return;
            }
            waiting.add(piece);
            if (piece instanceof LoadChunk chunk) {
                chunkBytes += chunk.bytes();
                changed.signalAll();
            } else if (waiting.size() == WORTH_WAKING) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void end(SnapshotEnd marker, long offsetBehind) {
        lock.lock();
        try {
            end = marker;
            nextOffset = offsetBehind;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            isClosed = true;
            waiting = List.of();
            chunkBytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return isClosed;
        } finally {
            lock.unlock();
        }
    }

    boolean isFull() {
        lock.lock();
        try {
            if (chunkBytes > 0) {
                return chunkBytes >= maximumBytes / HEAP_FACTOR;
            }
            int rows = waiting.size();
            return rows >= MAXIMUM_ROWS || rows * rowBytes * HEAP_FACTOR >= maximumBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Tells how large rows lately were, encoded. */
    void measured(long bytesPerRow) {
        rowBytes = Math.max(1, bytesPerRow);
    }

    /**
     * Waits for rows and takes all there are; an empty list means that the snapshot has ended.
     *
     * @throws LoadAbandoned when the queue was closed
     */
    List<LoadPiece> take() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && end == null && !isClosed) {
                changed.await(LONGEST_REST_MS, TimeUnit.MILLISECONDS);
            }
            requireOpen();
            List<LoadPiece> taken = waiting;
            waiting = new ArrayList<>();
            chunkBytes = 0;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for so long, or until the queue is closed. */
    void rest(long milliseconds) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(milliseconds);
            while (left > 0 && !isClosed) {
                left = changed.awaitNanos(left);
            }
            requireOpen();
        } finally {
            lock.unlock();
        }
    }

    /** The marker, once {@link #take} has returned nothing. */
    SnapshotEnd endMarker() {
        return end;
    }

    /** The offset behind the marker's record. */
    long nextOffset() {
        return nextOffset;
    }

    /**
     * Goes on only if the load still has somebody to load for.
     *
     * @throws LoadAbandoned when the queue was closed
     */
    void requireOpen() {
        if (isClosed()) {
            throw new LoadAbandoned();
        }
    }
}
