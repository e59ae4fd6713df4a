// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets a thread wait until the attempt that another one is making has ended; the next attempt may have begun then. */
final class AttemptGate {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private boolean isInside;
    private long attempts;

    void enter() {
        lock.lock();
        try {
            isInside = true;
            attempts++;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            isInside = false;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the attempt that is under way now, if any, has ended within that time. */
    boolean awaitEnd(Duration patience) {
        lock.lock();
        try {
            long attempt = attempts;
            long left = patience.toNanos();
            while (isInside && attempts == attempt && left > 0) {
                left = ended.awaitNanos(left);
            }
            return !isInside || attempts != attempt;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
