// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.pollinterval.PollInterval;

/**
 * Waits for things that other processes do. A condition is asked in the caller's thread, about twenty times per second,
 * and an exception that it throws ends the wait at once.
 */
public final class Conditions {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    private Conditions() {}

    /**
     * Returns when the condition is true.
     *
     * @param failure what to say when the time is over; asked once, at that moment, so that it can tell the last state
     * @throws AssertionError if the condition is not true within the timeout
     */
    public static void await(Duration timeout, Supplier<String> failure, Callable<Boolean> condition) {
        await(timeout, (count, before) -> POLL_INTERVAL, failure, condition);
    }

    static void await(Duration timeout, PollInterval pause, Supplier<String> failure, Callable<Boolean> condition) {
        try {
            Awaitility.await()
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(pause)
                    .atMost(timeout)
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("Not within " + timeout.toMillis() + " ms: " + failure.get(), e);
        }
    }

    /** The same with a message that does not depend on the last state. */
    public static void await(Duration timeout, String failure, Callable<Boolean> condition) {
        await(timeout, () -> failure, condition);
    }
}
