// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What was measured after each round. */
final class UsageLog {
    /** Thirds of less say nothing. */
    private static final int LEAST_ROUNDS = 6;

    private final List<Map<Measure, Long>> rounds = new ArrayList<>();

    /** Measures, and returns it as a line. */
    String add(Stage stage) {
        Map<Measure, Long> usage = new EnumMap<>(Measure.class);
        for (Measure measure : Measure.values()) {
            usage.put(measure, measure.of(stage));
        }
        rounds.add(usage);
        return usage.toString();
    }

    int count() {
        return rounds.size();
    }

    /** The measures whose median in the last third of the rounds is beyond that of the second third, with both. */
    List<String> growth() {
        if (count() < LEAST_ROUNDS) {
            throw new IllegalStateException("Too short to tell: " + count() + " rounds. Give it more minutes.");
        }
        List<String> grown = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            long before = median(measure, count() / 3, 2 * count() / 3);
            long after = median(measure, 2 * count() / 3, count());
            if (measure.hasGrown(before, after)) {
                grown.add(measure.description() + ": " + before + ", then " + after);
            }
        }
        return grown;
    }

    /** A table in Markdown. */
    void write(Path file) {
        StringBuilder table =
                new StringBuilder("| measure | second third | last third | greatest |\n|---|---|---|---|\n");
        for (Measure measure : Measure.values()) {
            long greatest =
                    rounds.stream().mapToLong(usage -> usage.get(measure)).max().orElse(0);
            table.append(String.join(
                            " | ",
                            "| " + measure.description(),
                            String.valueOf(median(measure, count() / 3, 2 * count() / 3)),
                            String.valueOf(median(measure, 2 * count() / 3, count())),
                            greatest + " |"))
                    .append('\n');
        }
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, table.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long median(Measure measure, int from, int to) {
        long[] values = rounds.subList(from, to).stream()
                .mapToLong(usage -> usage.get(measure))
                .sorted()
                .toArray();
        return values.length == 0 ? 0 : values[values.length / 2];
    }
}
