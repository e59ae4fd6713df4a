// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.error;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before the next try: 100 ms after the first failure, twice as long each time up to 10 s, half of it random. */
public final class Backoff {

    private static final long FIRST_MS = 100;
    private static final long LONGEST_MS = 10_000;
    private static final int DOUBLINGS = 7;

    private Backoff() {}

    /** The wait after so many failures in a row, at least one. */
    public static Duration after(int failures) {
        long longest = FIRST_MS << Math.min(failures - 1, DOUBLINGS);
        long capped = Math.min(longest, LONGEST_MS);
        return Duration.ofMillis(capped / 2 + ThreadLocalRandom.current().nextLong(capped / 2 + 1));
    }
}
