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
import java.util.stream.Collectors;

/**
 * Times a first copy and a bulk update through Tablecast and through Debezium, alternately on the same servers, and
 * proves after each that the copy is equal by content. Writes a page in Markdown with a chart for each database and format;
 * what is fast is for the reader to judge.
 */
public final class PipelineBenchmark {
    private final SourceKind kind;
    private final BenchmarkSettings settings;
    private final List<Pipeline> pipelines;
    private final Map<Format, Results> results = new LinkedHashMap<>();
    private final Report report;

    private PipelineBenchmark(SourceKind kind, BenchmarkSettings settings) {
        this.kind = kind;
        this.settings = settings;
        this.pipelines = settings.pipelines().stream().map(this::pipeline).toList();
        this.report = new Report(settings.output());
        settings.formats().forEach(format -> results.put(format, new Results("Floor", "Tablecast")));
    }

    /** Takes system properties only, see {@code benchmarks/README.md}. */
    public static void main(String[] arguments) {
        BenchmarkSettings settings = BenchmarkSettings.ofSystemProperties();
        Instant start = Instant.now();
        for (SourceKind kind : settings.databases()) {
            new PipelineBenchmark(kind, settings).run();
        }
        System.out.println("All copies were equal by content. "
                + Duration.between(start, Instant.now()).toSeconds() + " s in all.");
    }

    private void run() {
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
        Measurement measurement = stage.run(pipeline, format, orders, id, new CopyAndUpdate());
        System.out.printf(
                "%-8s %-14s %-10s %s%s%n",
                kind.option(),
                format.option(),
                pipeline.name(),
                measurement.phases().stream()
                        .map(phase -> phase.name() + " " + Results.text(phase.seconds()) + " s")
                        .collect(Collectors.joining(", ")),
                isCounted ? "" : " (warm-up)");
        if (isCounted) {
            results.get(format).add(pipeline.name(), measurement);
        }
    }

    private Pipeline pipeline(String name) {
        return switch (name) {
            case "floor" -> new FloorPipeline();
            case "tablecast" -> new TablecastPipeline(settings.root(), kind.followingFile());
            case "debezium" -> new DebeziumPipeline(kind.debezium());
            default ->
                throw new IllegalArgumentException(
                        "benchmark.pipelines names \"" + name + "\"; there are floor, tablecast and debezium.");
        };
    }

    private void write(Format format, Results ofFormat) {
        String table = ofFormat.table();
        System.out.printf("%n%s, %s%n%n%s%n", kind.title(), format.words(), table);
        report.write(
                "pipelines-" + kind.option() + "-" + format.option(),
                "Whole pipelines from " + kind.title() + ", " + format.words(),
                ("A first copy of %d rows, an UPDATE of %d of them, then UPDATEs of single rows, from a %s server to a"
                                + " PostgreSQL server; runs of all pipelines alternate. Of single rows each run shows the"
                                + " median.")
                        .formatted(settings.orders().rows(), settings.orders().updatedRows(), kind.title()),
                table,
                ofFormat.chart(kind.title() + ", " + format.words()));
    }
}
