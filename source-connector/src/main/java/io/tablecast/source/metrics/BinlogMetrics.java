// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.metrics;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What only a table has that is followed by the binlog. Written by its reader, read by anyone. */
public final class BinlogMetrics {

    private static final double MILLIS = 1000.0;

    private final Clock clock;
    private volatile Need need;
    private volatile boolean isPurged;

    public BinlogMetrics(Clock clock) {
        this.clock = clock;
    }

    /**
     * What the table needs of the binlog.
     *
     * @param since all events of earlier times are sent
     * @param kept for how long the server keeps events at least; empty when no age makes it purge them
     */
    public void needs(Instant since, Optional<Duration> kept) {
        need = new Need(since, kept);
    }

    /** What the table needs is purged, or was not when somebody looked. */
    public void purged(boolean isGone) {
        isPurged = isGone;
    }

    /** NaN as long as nobody knows, infinity when no age makes the server purge it. */
    double purgeSeconds() {
        Need now = need;
        if (isPurged) {
            return 0;
        }
        if (now == null) {
            return Double.NaN;
        }
        return now.kept()
                .map(kept -> Math.max(0, now.since().plus(kept).toEpochMilli() - clock.millis()) / MILLIS)
                .orElse(Double.POSITIVE_INFINITY);
    }

    double keptSeconds() {
        Need now = need;
        return now == null
                ? Double.NaN
                : now.kept().map(kept -> kept.toMillis() / MILLIS).orElse(Double.POSITIVE_INFINITY);
    }

    long purged() {
        return isPurged ? 1 : 0;
    }

    /** A point in time, and how long its events are kept. */
    private record Need(Instant since, Optional<Duration> kept) {}
}
