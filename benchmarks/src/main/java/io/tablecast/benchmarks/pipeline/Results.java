// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.BarChart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The measurements of several pipelines, and what is shown of them. Not safe for use by several threads. */
final class Results {
    private final Map<String, List<Measurement>> measurements = new LinkedHashMap<>();

    void add(String pipeline, Measurement measurement) {
        measurements.computeIfAbsent(pipeline, name -> new ArrayList<>()).add(measurement);
    }

    /** One row of Markdown per pipeline and phase; the last columns are how many times as long as two of them it took. */
    String table(OrdersTable orders) {
        return "| phase | pipeline | runs (s) | median (s) | rows/s | times the floor | times Tablecast |\n"
                + "|---|---|---|---|---|---|---|\n"
                + rows(copyOf(orders), orders.rows(), Measurement::firstCopy)
                + rows(updateOf(orders), orders.updatedRows(), Measurement::update)
                + latencyRows();
    }

    private String latencyRows() {
        return measurements.keySet().stream()
                .filter(pipeline -> !latencies(pipeline).isEmpty())
                .map(pipeline -> "| one changed row | %s | %s | %s |  |  | %s |%n"
                        .formatted(
                                pipeline,
                                latencies(pipeline).stream().map(Results::text).collect(Collectors.joining(", ")),
                                text(middle(latencies(pipeline))),
                                latencies("Tablecast").isEmpty()
                                        ? ""
                                        : text(middle(latencies(pipeline)) / middle(latencies("Tablecast")))))
                .collect(Collectors.joining());
    }

    private List<Double> latencies(String pipeline) {
        return measurements.getOrDefault(pipeline, List.of()).stream()
                .flatMap(run -> latency(run).stream())
                .toList();
    }

    /** The median of a run's single changes in seconds, if it has any. */
    static Optional<Double> latency(Measurement run) {
        return run.latencies().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        middle(run.latencies().stream().map(Results::seconds).toList()));
    }

    /** Bars of the medians. */
    BarChart chart(String format, OrdersTable orders) {
        List<BarChart.Bar> bars = new ArrayList<>();
        measurements.forEach((pipeline, runs) ->
                bars.add(new BarChart.Bar(pipeline + ", " + copyOf(orders), median(runs, Measurement::firstCopy))));
        measurements.forEach((pipeline, runs) ->
                bars.add(new BarChart.Bar(pipeline + ", " + updateOf(orders), median(runs, Measurement::update))));
        return new BarChart("Seconds, " + format + " (shorter is better)", "s", bars);
    }

    private static String copyOf(OrdersTable orders) {
        return "first copy of " + orders.rows() + " rows";
    }

    private static String updateOf(OrdersTable orders) {
        return "update of " + orders.updatedRows() + " rows";
    }

    private String rows(String phase, long rows, Function<Measurement, Duration> part) {
        return measurements.keySet().stream()
                .map(pipeline -> row(phase, pipeline, rows, part))
                .collect(Collectors.joining());
    }

    private String row(String phase, String pipeline, long rows, Function<Measurement, Duration> part) {
        List<Measurement> runs = measurements.get(pipeline);
        double median = median(runs, part);
        String all = runs.stream().map(run -> text(seconds(part.apply(run)))).collect(Collectors.joining(", "));
        return "| %s | %s | %s | %s | %d | %s | %s |%n"
                .formatted(
                        phase,
                        pipeline,
                        all,
                        text(median),
                        Math.round(rows / median),
                        times(median, "Floor", part),
                        times(median, "Tablecast", part));
    }

    private String times(double median, String pipeline, Function<Measurement, Duration> part) {
        return measurements.containsKey(pipeline) ? text(median / median(measurements.get(pipeline), part)) : "";
    }

    static double median(List<Measurement> runs, Function<Measurement, Duration> part) {
        return middle(runs.stream().map(run -> seconds(part.apply(run))).toList());
    }

    private static double middle(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    static String text(double seconds) {
        return String.format(Locale.ROOT, "%.2f", seconds);
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
