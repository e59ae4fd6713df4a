// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    @Test
    void conditionIsAskedUntilItIsTrue() {
        AtomicInteger asked = new AtomicInteger();

        Conditions.await(Duration.ofMinutes(1), "never three", () -> asked.incrementAndGet() == 3);

        assertThat(asked).hasValue(3);
    }

    @Test
    void endOfPatienceTellsTheLastState() {
        AtomicInteger asked = new AtomicInteger();

        assertThatThrownBy(() -> Conditions.await(
                        Duration.ofMillis(120), () -> "asked " + (asked.get() > 0), () -> asked.incrementAndGet() < 0))
                .isInstanceOf(AssertionError.class)
                .hasMessage("Not within 120 ms: asked true");
    }

    @Test
    void failureOfTheConditionEndsTheWait() {
        assertThatThrownBy(() -> Conditions.await(Duration.ofHours(1), "never", () -> {
                    throw new IllegalStateException("broken for good");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken for good");
    }
}
