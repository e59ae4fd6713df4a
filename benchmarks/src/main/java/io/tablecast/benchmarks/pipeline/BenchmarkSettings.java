// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What is measured, from system properties.
 *
 * @param rows rows of the table ({@code benchmark.rows})
 * @param runs how often each pipeline is measured ({@code benchmark.runs})
 * @param warmUps runs before those, shown but not counted ({@code benchmark.warm-ups})
 * @param timeout for one phase of one run ({@code benchmark.timeout.seconds})
 * @param pipelines names of those to measure, in this order ({@code benchmark.pipelines})
 * @param root the repository, for the files in {@code config/} ({@code tablecast.root})
 */
record BenchmarkSettings(long rows, int runs, int warmUps, Duration timeout, List<String> pipelines, Path root) {

    BenchmarkSettings {
        pipelines = List.copyOf(pipelines);
        require(rows >= 10, "benchmark.rows", rows, 10);
        require(runs >= 1, "benchmark.runs", runs, 1);
        require(warmUps >= 0, "benchmark.warm-ups", warmUps, 0);
    }

    static BenchmarkSettings ofSystemProperties() {
        return new BenchmarkSettings(
                Long.getLong("benchmark.rows", 100_000),
                Integer.getInteger("benchmark.runs", 3),
                Integer.getInteger("benchmark.warm-ups", 1),
                Duration.ofSeconds(Long.getLong("benchmark.timeout.seconds", 600)),
                List.of(System.getProperty("benchmark.pipelines", "tablecast,tablecast-json,debezium")
                        .split(",")),
                path("tablecast.root"));
    }

    private static Path path(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new IllegalStateException(
                    "System property " + property + " is not set. Run the benchmark as benchmarks/README.md says.");
        }
        return Path.of(value);
    }

    private static void require(boolean condition, String property, long value, long least) {
        if (!condition) {
            throw new IllegalArgumentException(property + " is " + value + ", it must be at least " + least + ".");
        }
    }
}
