// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AttemptGateTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final AttemptGate gate = new AttemptGate();

    @Test
    void nobodyWaitsWhereNoAttemptIsUnderWay() {
        assertThat(gate.awaitEnd(Duration.ZERO)).isTrue();

        gate.enter();
        gate.leave();

        assertThat(gate.awaitEnd(Duration.ZERO)).isTrue();
    }

    @Test
    void anAttemptThatGoesOnIsWaitedForNoLongerThanTold() {
        gate.enter();

        assertThat(gate.awaitEnd(Duration.ofMillis(20))).isFalse();
        assertThat(gate.awaitEnd(Duration.ZERO)).isFalse();
    }

    @Test
    void theWaitEndsWithTheAttempt() {
        gate.enter();
        CompletableFuture<Boolean> end = waiting();

        gate.leave();

        assertThat(end.join()).isTrue();
    }

    @Test
    void theNextAttemptIsNotWaitedFor() {
        gate.enter();
        CompletableFuture<Boolean> end = waiting();

        gate.leave();
        gate.enter();

        assertThat(end.join()).isTrue();
        assertThat(gate.awaitEnd(Duration.ZERO)).isFalse();
    }

    @Test
    void whoIsInterruptedKnowsOfNoEnd() {
        gate.enter();
        Thread.currentThread().interrupt();

        assertThat(gate.awaitEnd(LONG)).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    private CompletableFuture<Boolean> waiting() {
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        Thread waiter = new Thread(() -> end.complete(gate.awaitEnd(LONG)));
        waiter.setDaemon(true);
        waiter.start();
        await().until(() -> waiter.getState() == Thread.State.TIMED_WAITING);
        return end;
    }
}
