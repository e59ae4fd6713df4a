// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.BarChart;
import io.tablecast.benchmarks.pipeline.Measurement.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** The measurements of several pipelines, and what is shown of them. Not safe for use by several threads. */
final class Results {
    private final List<String> baselines;
    // By phase, then by pipeline.
    private final Map<String, Map<String, List<Phase>>> measured = new LinkedHashMap<>();

    /** @param baselines pipelines with which the others are compared */
    Results(String... baselines) {
        this.baselines = List.of(baselines);
    }

    void add(String pipeline, Measurement measurement) {
        measurement
                .phases()
                .forEach(phase -> measured.computeIfAbsent(phase.name(), name -> new LinkedHashMap<>())
                        .computeIfAbsent(pipeline, name -> new ArrayList<>())
                        .add(phase));
    }

    /** One row of Markdown per phase and pipeline; the last columns are how many times as long as others it took. */
    String table() {
        String times = baselines.stream().map(name -> " times " + name + " |").collect(Collectors.joining());
        return "| phase | pipeline | runs (s) | median (s) | rows/s |" + times + "\n"
                + "|---|---|---|---|---|" + "---|".repeat(baselines.size()) + "\n"
                + measured.values().stream()
                        .flatMap(pipelines -> pipelines.keySet().stream().map(pipeline -> row(pipelines, pipeline)))
                        .collect(Collectors.joining());
    }

    /** Bars of the medians. */
    BarChart chart(String title) {
        List<BarChart.Bar> bars = new ArrayList<>();
        measured.forEach((phase, pipelines) -> pipelines.forEach(
                (pipeline, runs) -> bars.add(new BarChart.Bar(pipeline + ", " + phase, median(runs)))));
        return new BarChart("Seconds, " + title + " (shorter is better)", "s", bars);
    }

    private String row(Map<String, List<Phase>> pipelines, String pipeline) {
        List<Phase> runs = pipelines.get(pipeline);
        double median = median(runs);
        OptionalLong rows = runs.get(0).rows();
        return "| %s | %s | %s | %s | %s |%s%n"
                .formatted(
                        runs.get(0).name(),
                        pipeline,
                        runs.stream().map(run -> text(run.seconds())).collect(Collectors.joining(", ")),
                        text(median),
                        rows.isPresent() ? String.valueOf(Math.round(rows.getAsLong() / median)) : "",
                        baselines.stream()
                                .map(baseline -> " " + times(median, pipelines.get(baseline)) + " |")
                                .collect(Collectors.joining()));
    }

    private static String times(double median, List<Phase> baseline) {
        return baseline == null ? "" : text(median / median(baseline));
    }

    private static double median(List<Phase> runs) {
        return Medians.ofNumbers(runs.stream().map(Phase::seconds).toList());
    }

    static String text(double seconds) {
        return String.format(Locale.ROOT, "%.2f", seconds);
    }
}
