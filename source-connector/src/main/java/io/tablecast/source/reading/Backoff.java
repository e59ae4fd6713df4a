// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before the next try: 1 s after the first failure, twice as long each time up to 30 s, half of it random. */
public final class Backoff {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int DOUBLINGS = 5;

    private Backoff() {}

    /** @param failures how many tries in a row have failed, at least 1 */
    public static Duration after(int failures) {
        long longest = FIRST.toMillis() << Math.min(failures - 1, DOUBLINGS);
        long capped = Math.min(longest, LONGEST.toMillis());
        return Duration.ofMillis(capped / 2 + ThreadLocalRandom.current().nextLong(capped / 2 + 1));
    }
}
