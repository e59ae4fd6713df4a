// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Events that were received and not taken yet, first in, first out: no more than some, and of no more bytes than some, except
 * that one alone may be as long as it is. One thread puts, another one takes.
 */
final class WaitingEvents {

    private final int maxEvents;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition hasRoom = lock.newCondition();
    private final Condition hasEvent = lock.newCondition();
    private final Deque<Event> events = new ArrayDeque<>();
    private long bytes;

    WaitingEvents(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** Waits for room. */
    void put(Event event) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!hasRoomFor(event)) {
                hasRoom.await();
            }
            events.add(event);
            bytes += length(event);
            hasEvent.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The next event; empty when none comes in time. */
    Optional<Event> poll(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = patience.toNanos();
            while (events.isEmpty() && nanos > 0) {
                nanos = hasEvent.awaitNanos(nanos);
            }
            Event event = events.poll();
            if (event != null) {
                bytes -= length(event);
                hasRoom.signal();
            }
            return Optional.ofNullable(event);
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoomFor(Event event) {
        return events.isEmpty() || (events.size() < maxEvents && bytes + length(event) <= maxBytes);
    }

    private static long length(Event event) {
        return event.<EventHeaderV4>getHeader().getEventLength();
    }
}
