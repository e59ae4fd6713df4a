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
 * Times a first copy and a bulk update through Tablecast and through Debezium, alternately on the same servers, and
 * proves after each that the copy is equal by content. Writes a page in Markdown with a chart for each format; what is
 * fast is for the reader to judge.
 */
public final class PipelineBenchmark {

    private PipelineBenchmark() {}

    /** Takes system properties only, see {@code benchmarks/README.md}. */
    public static void main(String[] arguments) {
        BenchmarkSettings settings = BenchmarkSettings.ofSystemProperties();
        List<Pipeline> pipelines = settings.pipelines().stream()
                .map(name -> pipeline(name, settings))
                .toList();
        Map<Format, Results> results = new LinkedHashMap<>();
        settings.formats().forEach(format -> results.put(format, new Results()));
        Report report = new Report(settings.output());
        Instant start = Instant.now();
        try (Stage stage = Stage.set(settings)) {
            for (int run = 0; run < settings.warmUps() + settings.runs(); run++) {
                for (Format format : settings.formats()) {
                    for (Pipeline pipeline : pipelines) {
                        measure(stage, pipeline, format, run, settings, results.get(format));
                    }
                }
                if (run >= settings.warmUps()) {
                    // After each, so that a failure later on leaves something.
                    results.forEach((format, ofFormat) -> write(report, format, settings, ofFormat));
                }
            }
        }
        System.out.println("All copies were equal by content. "
                + Duration.between(start, Instant.now()).toSeconds() + " s in all.");
    }

    private static void measure(
            Stage stage, Pipeline pipeline, Format format, int run, BenchmarkSettings settings, Results results) {
        boolean isCounted = run >= settings.warmUps();
        OrdersTable orders = isCounted ? settings.orders() : settings.warmUpOrders();
        String id = (pipeline.name() + format.option().replace("-", "") + run).toLowerCase(Locale.ROOT);
        Measurement measurement = stage.run(pipeline, format, orders, id);
        System.out.printf(
                "%-14s %-10s first copy %6s s, update %6s s, one row %s s%s%n",
                format.option(),
                pipeline.name(),
                Results.text(Results.seconds(measurement.firstCopy())),
                Results.text(Results.seconds(measurement.update())),
                Results.latency(measurement).map(Results::text).orElse("-"),
                isCounted ? "" : " (warm-up)");
        if (isCounted) {
            results.add(pipeline.name(), measurement);
        }
    }

    private static Pipeline pipeline(String name, BenchmarkSettings settings) {
        return switch (name) {
            case "floor" -> new FloorPipeline();
            case "tablecast" -> new TablecastPipeline(settings.root());
            case "debezium" -> new DebeziumPipeline();
            default ->
                throw new IllegalArgumentException(
                        "benchmark.pipelines names \"" + name + "\"; there are floor, tablecast and debezium.");
        };
    }

    private static void write(Report report, Format format, BenchmarkSettings settings, Results results) {
        String table = results.table(settings.orders());
        System.out.printf("%n%s%n%n%s%n", format.words(), table);
        report.write(
                "pipelines-" + format.option(),
                "Whole pipelines, " + format.words(),
                ("A first copy of %d rows, an UPDATE of %d of them, then UPDATEs of single rows, from one PostgreSQL server to"
                                + " another; runs of all pipelines alternate. Of single rows each run shows the median.")
                        .formatted(settings.orders().rows(), settings.orders().updatedRows()),
                table,
                results.chart(format.words(), settings.orders()));
    }
}
