// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.Format;
import io.tablecast.benchmarks.Report;
import io.tablecast.benchmarks.pipeline.Measurement.Phase;
import io.tablecast.benchmarks.pipeline.Pipeline.Run;
import io.tablecast.testing.Database;
import java.util.List;

/**
 * Times a copy with {@code snapshot.format=copy} beside a COPY that is piped into another one between the same two
 * servers, alternately, and compares the contents after each.
 */
public final class CopyFormatBenchmark {
    private static final String PIPE = "COPY pipe";
    private static final String INDEXES = """
            SELECT string_agg(indkey::text, ' and ' ORDER BY indkey::text)
            FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
            WHERE relnamespace = 'shop'::regnamespace AND reltuples >= 0 AND indisvalid""";

    private final BenchmarkSettings settings;
    private final Stage stage;
    private final OrdersTable orders = new OrdersTable(Long.getLong("benchmark.copied.rows", 10_000_000), 1);
    private final Results results = new Results(PIPE);
    private int number;

    private CopyFormatBenchmark(BenchmarkSettings settings, Stage stage) {
        this.settings = settings;
        this.stage = stage;
    }

    /** Takes system properties only, see {@code benchmarks/README.md}. */
    public static void main(String[] arguments) {
        BenchmarkSettings settings = BenchmarkSettings.ofSystemProperties();
        try (Stage stage = Stage.set(SourceKind.POSTGRES, settings)) {
            CopyFormatBenchmark benchmark = new CopyFormatBenchmark(settings, stage);
            benchmark.warmUp();
            benchmark.measure();
        }
    }

    private void warmUp() {
        if (settings.warmUps() == 0) {
            return;
        }
        try (SourceDatabase source = stage.sourceServer().create("small")) {
            source.fill(settings.warmUpOrders());
            for (int run = 0; run < settings.warmUps(); run++) {
                copyInAllWays(source, settings.warmUpOrders(), new Results());
            }
        }
    }

    private void measure() {
        try (SourceDatabase source = stage.sourceServer().create("large")) {
            source.fill(orders);
            for (int run = 0; run < settings.runs(); run++) {
                copyInAllWays(source, orders, results);
                write();
            }
        }
    }

    private void copyInAllWays(SourceDatabase source, OrdersTable table, Results into) {
        number++;
        try (Database destination = stage.destinationServer().createDatabase("pipe" + number)) {
            Measurement pipe = new Measurement(
                    List.of(Phase.ofRows(BinaryCopy.COPY, table.rows(), new CopyPipe(source, destination).run())));
            requireEqual(source, destination);
            keep(PIPE, pipe, into);
        }
        for (Format format : settings.formats()) {
            String id = "copy" + format.option().replace("-", "") + number;
            try (Database destination = stage.destinationServer().createDatabase(id)) {
                Run run = stage.run(id, table, source, destination);
                Pipeline pipeline = TablecastPipeline.copyingInBinaryForm(settings.root());
                Measurement copy = stage.play(pipeline, format, run, new BinaryCopy());
                requireEqual(source, destination);
                keep("Tablecast, " + format.words(), copy, into);
            }
        }
    }

    private static void keep(String contender, Measurement measurement, Results into) {
        System.out.printf("%-60s %s%n", contender, measurement);
        into.add(contender, measurement);
    }

    private static void requireEqual(SourceDatabase source, Database destination) {
        TableChecksum.requireEqual(source, destination, OrdersTable.NAME);
        String expected = source.value(INDEXES);
        String found = destination.value(INDEXES);
        if (!expected.equals(found)) {
            throw new AssertionError(
                    destination + " has indexes on columns " + found + ", its source on " + expected + ".");
        }
    }

    private void write() {
        String table = results.table();
        System.out.printf("%n%s%n", table);
        new Report(settings.output())
                .write(
                        "copy-format",
                        "Copies in binary form beside a COPY pipe",
                        ("A table of %d rows is copied from one PostgreSQL server to another, into a table that gets the"
                                        + " same indexes and an ANALYZE: with `snapshot.format=copy`, and by a binary COPY"
                                        + " that is piped into another one, alternately.")
                                .formatted(orders.rows()),
                        table,
                        results.chart("a whole table"));
    }
}
