// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.Format;
import io.tablecast.benchmarks.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Has pipelines play a scenario, alternately on the same servers, once for each kind of source and each format. Writes a page
 * in Markdown with a chart for each of them; what is fast is for the reader to judge.
 */
final class PipelineComparison {
    private final Subject subject;
    private final SourceKind kind;
    private final BenchmarkSettings settings;
    private final Map<Format, Results> results = new LinkedHashMap<>();
    private final Report report;

    private PipelineComparison(Subject subject, SourceKind kind, BenchmarkSettings settings) {
        this.subject = subject;
        this.kind = kind;
        this.settings = settings;
        this.report = new Report(settings.output());
        String[] baselines =
                subject.known().contains("floor") ? new String[] {"Floor", "Tablecast"} : new String[] {"Tablecast"};
        settings.formats().forEach(format -> results.put(format, new Results(baselines)));
    }

    static void of(Subject subject) {
        BenchmarkSettings settings = BenchmarkSettings.ofSystemProperties();
        Instant start = Instant.now();
        for (SourceKind kind : settings.databases()) {
            new PipelineComparison(subject, kind, settings).run();
        }
        System.out.println("All copies were equal by content. "
                + Duration.between(start, Instant.now()).toSeconds() + " s in all.");
    }

    private void run() {
        List<Pipeline> pipelines = subject.pipelines(settings, kind);
        try (Stage stage = Stage.set(kind, settings)) {
            for (int run = 0; run < settings.warmUps() + settings.runs(); run++) {
                for (Format format : settings.formats()) {
                    for (Pipeline pipeline : pipelines) {
                        measure(stage, pipeline, format, run);
                    }
                }
                if (run >= settings.warmUps()) {
                    // After each, so that a failure later on leaves something.
                    results.forEach(this::write);
                }
            }
        }
    }

    private void measure(Stage stage, Pipeline pipeline, Format format, int run) {
        boolean isCounted = run >= settings.warmUps();
        OrdersTable orders = isCounted ? settings.orders() : settings.warmUpOrders();
        String id = (pipeline.name() + format.option().replace("-", "") + run).toLowerCase(Locale.ROOT);
        Measurement measurement = stage.run(pipeline, format, orders, id, subject.scenario());
        System.out.printf(
                "%-8s %-14s %-10s %s%s%n",
                kind.option(), format.option(), pipeline.name(), measurement, isCounted ? "" : " (warm-up)");
        if (isCounted) {
            results.get(format).add(pipeline.name(), measurement);
        }
    }

    private void write(Format format, Results ofFormat) {
        String table = ofFormat.table();
        System.out.printf("%n%s, %s%n%n%s%n", kind.title(), format.words(), table);
        report.write(
                subject.page() + "-" + kind.option() + "-" + format.option(),
                subject.title() + ", " + kind.title() + ", " + format.words(),
                subject.conditions()
                        .formatted(settings.orders().rows(), settings.orders().updatedRows(), kind.title()),
                table,
                ofFormat.chart(kind.title() + ", " + format.words()));
    }
}
