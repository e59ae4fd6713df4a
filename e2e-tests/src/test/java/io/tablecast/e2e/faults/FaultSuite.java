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
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Faults at random, one or two at a time, under writers of every mode. After each round all writers stand still, and both
 * sides have to become equal by content without anybody's help. {@code mvn -Pfaults} runs it; {@code -Dfaults.seed=}
 * repeats the same faults.
 */
final class FaultSuite {
    private static final int ROUNDS = Integer.getInteger("tablecast.faults.rounds", 30);
    private static final long SEED = Long.getLong("tablecast.faults.seed", System.currentTimeMillis());

    @ParameterizedTest
    @EnumSource(ExactlyOnceSource.class)
    void nothingIsLostAndNobodyHasToHelp(ExactlyOnceSource exactlyOnce) {
        FaultLog log = new FaultLog();
        try (Stage stage = Stage.start(exactlyOnce)) {
            if (stage.sourceClock().isEmpty()) {
                System.out.println("NO CLOCK JUMPS: libfaketime is not installed (apt-get install libfaketime)");
            }
            for (int round = 1; round <= ROUNDS; round++) {
                Random random = new Random(SEED * 31 + round);
                List<Fault> faults = choose(stage, random);
                String title = String.format(
                        Locale.ROOT,
                        "round %d of seed %d, exactly-once %s: %s",
                        round,
                        SEED,
                        exactlyOnce,
                        names(faults));
                Duration recovery = Round.play(title, stage, faults, random);
                System.out.printf("%s: equal after %.1f s%n", title, recovery.toMillis() / 1000.0);
                log.add(faults, recovery);
            }
        } finally {
            log.write(Path.of(
                    "target", "faults-exactly-once-" + exactlyOnce.name().toLowerCase(Locale.ROOT) + ".md"));
            System.out.printf("%d faults injected, exactly-once %s%n", log.count(), exactlyOnce);
        }
        assertThat(log.count()).isPositive();
    }

    private static List<Fault> choose(Stage stage, Random random) {
        List<FaultKind> kinds = new ArrayList<>(Arrays.stream(FaultKind.values())
                .filter(kind -> kind.isPossible(stage))
                .toList());
        Collections.shuffle(kinds, random);
        FaultKind first = kinds.get(0);
        Stream<FaultKind> chosen = random.nextBoolean()
                ? Stream.of(first)
                : Stream.concat(
                        Stream.of(first),
                        kinds.stream()
                                .filter(kind -> kind.place() != first.place())
                                .limit(1));
        return chosen.map(kind -> kind.on(stage, random)).toList();
    }

    private static String names(List<Fault> faults) {
        return faults.stream().map(Fault::name).collect(Collectors.joining(" + "));
    }
}
