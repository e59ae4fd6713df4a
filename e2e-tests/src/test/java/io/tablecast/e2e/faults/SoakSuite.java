// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A long ordinary day: writers of every mode, while workers join and leave, connectors are reconfigured, and tables come,
 * go, change and are copied again. After each round both sides have to be equal by content, and in the end nothing may have
 * grown. {@code -Psoak -Dsoak.minutes=} says for how long, {@code -Dfaults.seed=} repeats it.
 */
final class SoakSuite {
    private static final Duration LENGTH = Duration.ofMinutes(Integer.getInteger("tablecast.soak.minutes", 40));
    private static final long SEED = Long.getLong("tablecast.faults.seed", System.currentTimeMillis());
    private static final int AT_ONCE = 2;

    @Test
    void nothingGrowsAndBothSidesStayEqual() {
        UsageLog log = new UsageLog();
        try (Stage stage = Stage.start(ExactlyOnceSource.ENABLED)) {
            long end = System.nanoTime() + LENGTH.toNanos();
            for (int round = 1; System.nanoTime() - end < 0; round++) {
                Random random = new Random(SEED * 31 + round);
                List<Fault> operations = choose(stage, random);
                String title = String.format(
                        Locale.ROOT,
                        "round %d of seed %d: %s",
                        round,
                        SEED,
                        operations.stream().map(Fault::name).collect(Collectors.joining(" + ")));
                Duration equal = Round.play(title, stage, operations, random);
                System.out.printf("%s: equal after %.1f s, %s%n", title, equal.toMillis() / 1000.0, log.add(stage));
            }
        } finally {
            log.write(Path.of("target", "soak.md"));
        }
        assertThat(log.growth()).as("what has grown in %d rounds", log.count()).isEmpty();
    }

    private static List<Fault> choose(Stage stage, Random random) {
        List<Operation> operations = new ArrayList<>(Arrays.asList(Operation.values()));
        Collections.shuffle(operations, random);
        return operations.subList(0, AT_ONCE).stream()
                .map(operation -> operation.on(stage, random))
                .toList();
    }
}
