// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.BarChart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What copies of growing tables took, as shown to people. Not safe for use by several threads. */
final class GrowthTable {
    private static final double MILLION = 1e6;
    private static final double MIB = 1 << 20;

    private final Map<GrowthCase, List<Taken>> measured = new LinkedHashMap<>();

    void add(GrowthCase growthCase, Taken taken) {
        measured.computeIfAbsent(growthCase, missing -> new ArrayList<>()).add(taken);
    }

    /** In Markdown, medians; times are processor time, for a million rows, memory is the worker's. */
    String table() {
        StringBuilder table = new StringBuilder("""
                | rows | tables | row | runs | s | rows/s | worker CPU s/million | source CPU s/million | destination CPU s/million | broker CPU s/million | peak RSS MiB | peak RSS MiB/million | peak heap MiB | peak heap MiB/million | heap held after MiB |
                |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
                """);
        measured.forEach((growthCase, runs) -> table.append(row(growthCase, runs.size(), Taken.median(runs))));
        return table.toString();
    }

    /** Bars of the worker's processor time. */
    BarChart chart() {
        List<BarChart.Bar> bars = new ArrayList<>();
        measured.forEach((growthCase, runs) -> bars.add(
                new BarChart.Bar(growthCase.toString(), Taken.median(runs).worker() * MILLION / growthCase.rows())));
        return new BarChart("CPU seconds of the worker per million rows (shorter is better)", "s", bars);
    }

    private static String row(GrowthCase growthCase, int runs, Taken taken) {
        double millions = growthCase.rows() / MILLION;
        return String.format(
                Locale.ROOT,
                "| %d | %d | %s | %d | %.1f | %.0f | %.1f | %.1f | %.1f | %.1f | %.0f | %.0f | %.0f | %.0f | %.0f |%n",
                growthCase.rows(),
                growthCase.tables(),
                growthCase.width().words(),
                runs,
                taken.seconds(),
                growthCase.rows() / taken.seconds(),
                taken.worker() / millions,
                taken.source() / millions,
                taken.destination() / millions,
                taken.broker() / millions,
                taken.mostBytes() / MIB,
                taken.mostBytes() / MIB / millions,
                taken.mostHeapBytes() / MIB,
                taken.mostHeapBytes() / MIB / millions,
                taken.heldHeapBytes() / MIB);
    }
}
