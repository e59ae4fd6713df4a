// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.metrics;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What only a table has that is followed by a control column. Written by its reader, read by anyone. */
public final class ControlMetrics {

    private static final long NOT_HELD = 0;
    private static final double MILLIS = 1000.0;

    private final Clock clock;
    private final AtomicLong rowsWithoutControl = new AtomicLong();
    private final LongAdder lateRows = new LongAdder();
    private final AtomicLong heldSince = new AtomicLong(NOT_HELD);

    public ControlMetrics(Clock clock) {
        this.clock = clock;
    }

    /** So many rows have a control value that reading never reaches: NULL, or infinity. */
    public void rowsWithoutControl(long rows) {
        rowsWithoutControl.set(rows);
    }

    /** Rows were found that came with control values that had been read before. */
    public void foundLate(long rows) {
        lateRows.add(rows);
    }

    /** A prepared transaction holds reading back; its start does not matter, only since when it was noticed. */
    public void held() {
        heldSince.compareAndSet(NOT_HELD, clock.millis());
    }

    /** No prepared transaction holds reading back any more. */
    public void released() {
        heldSince.set(NOT_HELD);
    }

    long rowsWithoutControl() {
        return rowsWithoutControl.get();
    }

    long lateRows() {
        return lateRows.sum();
    }

    double heldSeconds() {
        long since = heldSince.get();
        return since == NOT_HELD ? 0 : Math.max(1, clock.millis() - since) / MILLIS;
    }
}
