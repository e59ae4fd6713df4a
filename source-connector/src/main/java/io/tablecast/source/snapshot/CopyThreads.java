// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * How many connections a task copies with at once, whatever the modes of its tables. Each table that is copied takes a
 * place; a large one takes the places that nobody else wants as well, and gives them back when somebody does.
 * Thread-safe.
 */
public final class CopyThreads {

    /** For how long somebody who asks now and then is taken to be waiting. */
    private static final long ASKED_NANOS = Duration.ofSeconds(2).toNanos();

    private final int count;
    private final long chunkRows;
    private final Semaphore free;
    private volatile long askedAt = System.nanoTime() - ASKED_NANOS;

    /** @param chunkRows how many rows of a large table are read at a time, roughly */
    public CopyThreads(int count, long chunkRows) {
        this.count = count;
        this.chunkRows = chunkRows;
        this.free = new Semaphore(count, true);
    }

    /** How many places there are. */
    public int count() {
        return count;
    }

    /** Waits for a place; to be given back. */
    public void take() throws InterruptedException {
        free.acquire();
    }

    /** Takes a place if there is one; else the caller asks again soon. */
    public boolean takeIfFree() {
        if (free.tryAcquire()) {
            return true;
        }
        askedAt = System.nanoTime();
        return false;
    }

    public void giveBack() {
        free.release();
    }

    /** Takes one more place for a table that has one, unless another table waits for it. */
    boolean takeSpare() {
        return !isWanted() && free.tryAcquire();
    }

    /** Whether another table waits for a place. */
    boolean isWanted() {
        return free.hasQueuedThreads() || System.nanoTime() - askedAt < ASKED_NANOS;
    }

    long chunkRows() {
        return chunkRows;
    }
}
