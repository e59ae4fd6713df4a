// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writers write while things happen, and both sides become equal when they have stopped. */
final class Round {
    private Round() {}

    /**
     * Plays a round.
     *
     * @param title names it in failures
     * @return how long it took from the end of what happened until all was equal and every task ran
     */
    static Duration play(String title, Stage stage, List<Fault> faults, Random random) {
        try {
            return play(stage, faults, random);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    title + ": " + e.getMessage()
                            + stage.failure().map(trace -> "\n" + trace).orElse(""),
                    e);
        }
    }

    private static Duration play(Stage stage, List<Fault> faults, Random random) throws Exception {
        List<Fault> begun = new ArrayList<>();
        try (Workload writers = stage.write(random.nextLong())) {
            writers.transact(20 + random.nextInt(100));
            try {
                for (Fault fault : faults) {
                    writers.allow(300);
                    begun.add(0, fault);
                    fault.begin().run();
                    writers.transact(20 + random.nextInt(150));
                }
                letLast(Duration.ofMillis(random.nextInt(6_000)));
            } finally {
                for (Fault fault : begun) {
                    fault.end().run();
                }
            }
            writers.transact(20);
            writers.stop();
        }
        for (Fault fault : begun) {
            fault.repair().run();
        }
        long start = System.nanoTime();
        stage.awaitEqual();
        assertThat(stage.failure()).as("failed tasks").isEmpty();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static void letLast(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        Conditions.await(time.plusMinutes(1), "time stands still", () -> System.nanoTime() - end > 0);
    }
}
