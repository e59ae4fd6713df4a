// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The measurements of several pipelines, and a table of them in Markdown. Not safe for use by several threads. */
final class Results {
    private final Map<String, List<Measurement>> measurements = new LinkedHashMap<>();

    void add(String pipeline, Measurement measurement) {
        measurements.computeIfAbsent(pipeline, name -> new ArrayList<>()).add(measurement);
    }

    /** One row per pipeline and phase; the last column is how many times as long as the first pipeline it took. */
    String table(OrdersTable orders) {
        return "| phase | pipeline | runs (s) | median (s) | rows/s | times the first |\n"
                + "|---|---|---|---|---|---|\n"
                + rows("first copy of " + orders.rows() + " rows", orders.rows(), Measurement::firstCopy)
                + rows("update of " + orders.updatedRows() + " rows", orders.updatedRows(), Measurement::update);
    }

    private String rows(String phase, long rows, Function<Measurement, Duration> part) {
        double first = median(measurements.values().iterator().next(), part);
        return measurements.entrySet().stream()
                .map(entry -> row(phase, entry.getKey(), rows, first, entry.getValue(), part))
                .collect(Collectors.joining());
    }

    private static String row(
            String phase,
            String pipeline,
            long rows,
            double first,
            List<Measurement> runs,
            Function<Measurement, Duration> part) {
        double median = median(runs, part);
        String all = runs.stream().map(run -> text(seconds(part.apply(run)))).collect(Collectors.joining(", "));
        return "| %s | %s | %s | %s | %d | %s |%n"
                .formatted(phase, pipeline, all, text(median), Math.round(rows / median), text(median / first));
    }

    static double median(List<Measurement> runs, Function<Measurement, Duration> part) {
        List<Double> sorted =
                runs.stream().map(run -> seconds(part.apply(run))).sorted().toList();
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
