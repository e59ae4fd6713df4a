// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import java.time.Duration;

/**
 * How often a server is asked for something that it has not told yet: a stream that is behind brings thousands of
 * transactions a second, and after each one the next question would be due. Used by one thread.
 */
final class Pace {

    private static final Duration BETWEEN = Duration.ofMillis(50);

    private long next;
    private boolean hasBegun;

    /** Whether enough time has passed since it was last due; the first time, always. */
    boolean isDue() {
        long now = System.nanoTime();
        if (hasBegun && now - next < 0) {
            return false;
        }
        hasBegun = true;
        next = now + BETWEEN.toNanos();
        return true;
    }
}
