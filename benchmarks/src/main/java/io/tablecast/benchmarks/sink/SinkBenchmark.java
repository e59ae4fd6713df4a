// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.sink;

import io.tablecast.benchmarks.Format;
import io.tablecast.benchmarks.Report;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Times sinks alone: updates that wait in a topic go into a table that holds their rows. Every run is proven by content.
 * Writes a page in Markdown with a chart for each format; what is fast is for the reader to judge.
 */
public final class SinkBenchmark {
    private static final String COPYING = "copying";

    private SinkBenchmark() {}

    /** Takes system properties only, see {@code benchmarks/README.md}. */
    public static void main(String[] arguments) throws SQLException {
        SinkSettings settings = SinkSettings.ofSystemProperties();
        Map<Format, Rates> results = new LinkedHashMap<>();
        Report report = new Report(settings.output());
        try (SinkStage stage = SinkStage.set(settings)) {
            for (Format format : settings.formats()) {
                stage.fillTopic(format);
                results.put(format, new Rates(settings.records()));
            }
            for (int run = 0; run < settings.warmUps() + settings.runs(); run++) {
                boolean isCounted = run >= settings.warmUps();
                for (Format format : settings.formats()) {
                    for (String contender : settings.contenders()) {
                        measure(
                                stage,
                                format,
                                contender,
                                settings,
                                isCounted ? results.get(format) : new Rates(settings.records()));
                    }
                }
                if (isCounted) {
                    // After each, so that a failure later on leaves something.
                    results.forEach((format, rates) -> write(report, format, settings, rates));
                } else {
                    System.out.println("That was the warm-up.");
                }
            }
        }
    }

    private static void write(Report report, Format format, SinkSettings settings, Rates rates) {
        String table = rates.table("Tablecast");
        System.out.printf("%n%s%n%n%s%n", format.words(), table);
        report.write(
                "sinks-" + format.option(),
                "Sinks alone, " + format.words(),
                "%d updates of distinct rows, one partition, one task, after a warm-up of %d; runs of all contenders alternate."
                        .formatted(settings.records(), settings.warmUp()),
                table,
                rates.chart("Rows per second, " + format.words() + " (longer is better)"));
    }

    private static void measure(SinkStage stage, Format format, String contender, SinkSettings settings, Rates rates)
            throws SQLException {
        String name;
        Duration time;
        if (contender.equals(COPYING)) {
            name = Copying.NAME;
            time = stage.timeCopying();
        } else {
            Contender connector = Contenders.named(contender, settings);
            name = connector.name();
            time = stage.time(connector, format);
        }
        double rate = rates.add(name, time);
        System.out.printf(
                Locale.ROOT,
                "%-6s %-40s %6.1f s %,10.0f rows/s%n",
                format.option(),
                name,
                time.toMillis() / 1000.0,
                rate);
    }
}
