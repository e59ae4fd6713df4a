// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.sink;

import io.tablecast.benchmarks.Format;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is measured, from system properties.
 *
 * @param records that are timed ({@code benchmark.records})
 * @param warmUp records of the topic before those ({@code benchmark.warm-up.records})
 * @param runs how often each contender is measured ({@code benchmark.runs})
 * @param warmUps rounds before those, in which the worker's JVM compiles what it runs, shown but not counted
 *     ({@code benchmark.warm-ups})
 * @param timeout for one run ({@code benchmark.timeout.seconds})
 * @param formats in which the records are written ({@code benchmark.formats})
 * @param contenders names of those to measure, in this order ({@code benchmark.contenders})
 * @param workerArguments for the JVM of the worker, such as a recording ({@code benchmark.worker.arguments})
 * @param root the repository, for the files in {@code config/} ({@code tablecast.root})
 * @param connectors the jar with the benchmark's own connectors ({@code benchmark.connectors})
 * @param output the folder for the results ({@code benchmark.output})
 */
record SinkSettings(
        long records,
        long warmUp,
        int runs,
        int warmUps,
        Duration timeout,
        List<Format> formats,
        List<String> contenders,
        List<String> workerArguments,
        Path root,
        Path connectors,
        Path output) {

    SinkSettings {
        formats = List.copyOf(formats);
        contenders = List.copyOf(contenders);
        workerArguments = List.copyOf(workerArguments);
        require(records >= 1_000, "benchmark.records", records, 1_000);
        require(warmUp >= 100, "benchmark.warm-up.records", warmUp, 100);
        require(runs >= 1, "benchmark.runs", runs, 1);
        require(warmUps >= 0, "benchmark.warm-ups", warmUps, 0);
    }

    static SinkSettings ofSystemProperties() {
        return new SinkSettings(
                Long.getLong("benchmark.records", 1_000_000),
                Long.getLong("benchmark.warm-up.records", 100_000),
                Integer.getInteger("benchmark.runs", 3),
                Integer.getInteger("benchmark.warm-ups", 1),
                Duration.ofSeconds(Long.getLong("benchmark.timeout.seconds", 600)),
                list("benchmark.formats", "json,tablecast-json,avro")
                        .map(Format::named)
                        .toList(),
                list("benchmark.contenders", "converting,tablecast,debezium,copying")
                        .toList(),
                list("benchmark.worker.arguments", "").toList(),
                path("tablecast.root"),
                path("benchmark.connectors"),
                path("benchmark.output"));
    }

    /** All records of the topic. */
    long all() {
        return warmUp + records;
    }

    private static Stream<String> list(String property, String otherwise) {
        return Stream.of(System.getProperty(property, otherwise).split(",", -1)).filter(name -> !name.isBlank());
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
