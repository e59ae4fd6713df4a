// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Times a first copy and a bulk update through Tablecast and through Debezium, alternately on the same servers, and
 * proves after each that the copy is equal by content. Prints a table in Markdown; what is fast is for the reader to
 * judge.
 */
public final class PipelineBenchmark {

    private PipelineBenchmark() {}

    /** Takes system properties only, see {@code benchmarks/README.md}. */
    public static void main(String[] arguments) throws SQLException {
        BenchmarkSettings settings = BenchmarkSettings.ofSystemProperties();
        OrdersTable orders = new OrdersTable(settings.rows());
        List<Pipeline> pipelines = settings.pipelines().stream()
                .map(name -> pipeline(name, settings))
                .toList();
        Results results = new Results();
        Instant start = Instant.now();
        try (Stage stage = Stage.set(settings.timeout())) {
            for (int run = 0; run < settings.warmUps() + settings.runs(); run++) {
                boolean isCounted = run >= settings.warmUps();
                for (Pipeline pipeline : pipelines) {
                    String id = pipeline.name().toLowerCase(Locale.ROOT) + run;
                    Measurement measurement = stage.run(pipeline, orders, id);
                    print(pipeline, measurement, isCounted);
                    if (isCounted) {
                        results.add(pipeline.name(), measurement);
                    }
                }
            }
        }
        System.out.println();
        System.out.print(results.table(orders));
        System.out.println();
        System.out.println("All copies were equal by content. "
                + Duration.between(start, Instant.now()).toSeconds() + " s in all.");
    }

    private static Pipeline pipeline(String name, BenchmarkSettings settings) {
        return switch (name) {
            case "tablecast" -> TablecastPipeline.withKafkasConverter(settings.root());
            case "tablecast-json" -> TablecastPipeline.withItsOwnConverter(settings.root());
            case "debezium" -> new DebeziumPipeline();
            default ->
                throw new IllegalArgumentException("benchmark.pipelines names \"" + name
                        + "\"; there are tablecast, tablecast-json and debezium.");
        };
    }

    private static void print(Pipeline pipeline, Measurement measurement, boolean isCounted) {
        System.out.printf(
                "%-13s first copy %6s s, update %6s s%s%n",
                pipeline.name(),
                Results.text(Results.seconds(measurement.firstCopy())),
                Results.text(Results.seconds(measurement.update())),
                isCounted ? "" : " (warm-up)");
    }
}
