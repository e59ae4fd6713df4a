// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.Format;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is measured, from system properties.
 *
 * @param orders the table: its rows ({@code benchmark.rows}) and how many are updated ({@code benchmark.updated.rows})
 * @param warmUpRows rows of the table in runs that are not counted ({@code benchmark.warm-up.rows})
 * @param runs how often each pipeline is measured ({@code benchmark.runs})
 * @param warmUps runs before those, shown but not counted ({@code benchmark.warm-ups})
 * @param timeout for one phase of one run ({@code benchmark.timeout.seconds})
 * @param databases what is read from ({@code benchmark.databases})
 * @param formats how records are written ({@code benchmark.formats})
 * @param pipelines names of those to measure, in this order ({@code benchmark.pipelines})
 * @param workerArguments for the JVM of the worker, such as a recording ({@code benchmark.worker.arguments})
 * @param root the repository, for the files in {@code config/} ({@code tablecast.root})
 * @param connectors the jar with the benchmark's own connectors ({@code benchmark.connectors})
 * @param output the folder for the results ({@code benchmark.output})
 */
record BenchmarkSettings(
        OrdersTable orders,
        long warmUpRows,
        int runs,
        int warmUps,
        Duration timeout,
        List<SourceKind> databases,
        List<Format> formats,
        List<String> pipelines,
        List<String> workerArguments,
        Path root,
        Path connectors,
        Path output) {

    private static final List<String> PIPELINES = List.of("floor", "tablecast", "debezium");

    BenchmarkSettings {
        databases = List.copyOf(databases);
        formats = List.copyOf(formats);
        pipelines = List.copyOf(pipelines);
        workerArguments = List.copyOf(workerArguments);
        require(orders.rows() >= 10, "benchmark.rows", orders.rows(), 10);
        require(orders.updatedRows() >= 1, "benchmark.updated.rows", orders.updatedRows(), 1);
        if (orders.updatedRows() > orders.rows()) {
            throw new IllegalArgumentException("benchmark.updated.rows is " + orders.updatedRows()
                    + ", more than the table has rows (benchmark.rows is " + orders.rows() + ").");
        }
        require(warmUpRows >= 10, "benchmark.warm-up.rows", warmUpRows, 10);
        require(runs >= 1, "benchmark.runs", runs, 1);
        if (!PIPELINES.containsAll(pipelines)) {
            throw new IllegalArgumentException(
                    "benchmark.pipelines is " + String.join(",", pipelines) + "; there are " + PIPELINES + ".");
        }
        require(warmUps >= 0, "benchmark.warm-ups", warmUps, 0);
    }

    static BenchmarkSettings ofSystemProperties() {
        return new BenchmarkSettings(
                new OrdersTable(
                        Long.getLong("benchmark.rows", 1_000_000), Long.getLong("benchmark.updated.rows", 200_000)),
                Long.getLong("benchmark.warm-up.rows", 100_000),
                Integer.getInteger("benchmark.runs", 3),
                Integer.getInteger("benchmark.warm-ups", 1),
                Duration.ofSeconds(Long.getLong("benchmark.timeout.seconds", 600)),
                list("benchmark.databases", "postgres,mysql")
                        .map(SourceKind::named)
                        .toList(),
                list("benchmark.formats", "json,tablecast-json,avro")
                        .map(Format::named)
                        .toList(),
                list("benchmark.pipelines", String.join(",", PIPELINES)).toList(),
                list("benchmark.worker.arguments", "").toList(),
                path("tablecast.root"),
                path("benchmark.connectors"),
                path("benchmark.output"));
    }

    /** The smaller table of warm-ups, of which the same part is updated. */
    OrdersTable warmUpOrders() {
        long updated = Math.max(1, warmUpRows * orders.updatedRows() / orders.rows());
        return warmUpRows < orders.rows() ? new OrdersTable(warmUpRows, updated) : orders;
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
