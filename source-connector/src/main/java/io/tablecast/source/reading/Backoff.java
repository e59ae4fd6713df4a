// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next try: 1 s after the first failure, twice as long each time up to a bound, half of it
 * random.
 */
public final class Backoff {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration LONGEST_OF_FAULTS = Duration.ofMinutes(5);
    private static final int MOST_DOUBLINGS = 20;

    private Backoff() {}

    /**
     * Up to 30 s, for what passes by itself.
     *
     * @param failures how many tries in a row have failed, at least 1
     */
    public static Duration after(long failures) {
        return upTo(LONGEST, failures);
    }

    /**
     * Up to 5 minutes, for what somebody must mend.
     *
     * @param failures how many tries in a row have failed, at least 1
     */
    public static Duration afterFault(long failures) {
        return upTo(LONGEST_OF_FAULTS, failures);
    }

    private static Duration upTo(Duration longest, long failures) {
        long doubled = FIRST.toMillis() << Math.min(failures - 1, MOST_DOUBLINGS);
        long capped = Math.min(doubled, longest.toMillis());
        return Duration.ofMillis(capped / 2 + ThreadLocalRandom.current().nextLong(capped / 2 + 1));
    }
}
