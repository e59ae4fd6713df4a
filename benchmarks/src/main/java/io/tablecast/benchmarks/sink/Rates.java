// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.sink;

import io.tablecast.benchmarks.BarChart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rates of one format's contenders, and the table that shows them. */
final class Rates {
    private final long records;
    private final Map<String, List<Double>> perSecond = new LinkedHashMap<>();

    Rates(long records) {
        this.records = records;
    }

    /** Adds a run, and returns its records per second. */
    double add(String name, Duration time) {
        double rate = records * 1e9 / time.toNanos();
        perSecond.computeIfAbsent(name, missing -> new ArrayList<>()).add(rate);
        return rate;
    }

    /** A table in Markdown; the last column compares with one of the names, if that was measured. */
    String table(String comparedWith) {
        StringBuilder table = new StringBuilder("| | rows/s | lowest to highest | Tablecast is |\n|---|---|---|---|\n");
        perSecond.forEach((name, rates) -> table.append(String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f to %,.0f | %s |%n",
                name,
                median(rates),
                rates.stream().mapToDouble(rate -> rate).min().orElseThrow(),
                rates.stream().mapToDouble(rate -> rate).max().orElseThrow(),
                ratio(name, comparedWith))));
        return table.toString();
    }

    /** Bars of the medians. */
    BarChart chart(String title) {
        List<BarChart.Bar> bars = new ArrayList<>();
        perSecond.forEach((name, rates) -> bars.add(new BarChart.Bar(name, median(rates))));
        return new BarChart(title, "/s", bars);
    }

    private String ratio(String name, String comparedWith) {
        if (name.equals(comparedWith) || !perSecond.containsKey(comparedWith)) {
            return "";
        }
        return String.format(
                Locale.ROOT, "%.2f times this", median(perSecond.get(comparedWith)) / median(perSecond.get(name)));
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
