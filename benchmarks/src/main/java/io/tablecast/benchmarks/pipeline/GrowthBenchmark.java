// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.Format;
import io.tablecast.benchmarks.Report;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.Database;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Copies more and more rows, tables and columns from PostgreSQL to PostgreSQL and tells what that takes: processor time of
 * every program and the worker's memory. Each copy is by a worker that has just started, and is proven by content.
 */
public final class GrowthBenchmark {
    private final BenchmarkSettings settings;
    private final Stage stage;
    private final Format format;
    private final GrowthTable results = new GrowthTable();
    private final ShippedSettings shipped;
    private int number;

    private GrowthBenchmark(BenchmarkSettings settings, Stage stage) {
        this.settings = settings;
        this.stage = stage;
        this.format = Format.named(System.getProperty("benchmark.growth.format", "tablecast-json"));
        this.shipped = new ShippedSettings(settings.root());
    }

    /** Takes system properties only, see {@code benchmarks/README.md}. */
    public static void main(String[] arguments) {
        BenchmarkSettings settings = BenchmarkSettings.ofSystemProperties();
        List<GrowthCase> cases = cases();
        try (Stage stage = Stage.set(SourceKind.POSTGRES, settings)) {
            GrowthBenchmark benchmark = new GrowthBenchmark(settings, stage);
            for (int run = 0; run < settings.runs(); run++) {
                cases.forEach(benchmark::measure);
                benchmark.write();
            }
        }
    }

    /** Rows in one table by each width; then the fewest of them, narrow, in more and more tables. */
    private static List<GrowthCase> cases() {
        List<Long> rows = option("benchmark.growth.rows", "100000,1000000", Long::valueOf);
        List<GrowthCase> cases = new ArrayList<>();
        for (Width width : option("benchmark.growth.widths", "narrow,wide", Width::named)) {
            rows.forEach(count -> cases.add(new GrowthCase(width, count, 1)));
        }
        option("benchmark.growth.tables", "1,20,200", Integer::valueOf)
                .forEach(tables -> cases.add(new GrowthCase(Width.NARROW, rows.get(0), tables)));
        return cases.stream().distinct().toList();
    }

    private static <T> List<T> option(String name, String otherwise, Function<String, T> reader) {
        return Arrays.stream(System.getProperty(name, otherwise).split(",", -1))
                .map(reader)
                .toList();
    }

    private void measure(GrowthCase growthCase) {
        number++;
        String id = "growth" + number + "x";
        try (SourceDatabase source = stage.sourceServer().create(id);
                Database destination = stage.destinationServer().createDatabase("destination_" + id)) {
            growthCase.fill(source);
            startWorkerAnew();
            Taken taken = copy(growthCase, id, source, destination);
            growthCase.names().forEach(table -> TableChecksum.requireEqual(source, destination, table));
            results.add(growthCase, taken);
            System.out.printf(
                    Locale.ROOT,
                    "%-45s %6.1f s, worker %.1f s of processor time and %d MiB%n",
                    growthCase,
                    taken.seconds(),
                    taken.worker(),
                    taken.mostBytes() >> 20);
        } finally {
            stage.deleteTopics(id);
        }
    }

    private void startWorkerAnew() {
        ConnectWorker worker = stage.worker();
        worker.stop();
        worker.startAgain();
    }

    private Taken copy(GrowthCase growthCase, String id, SourceDatabase source, Database destination) {
        Program worker = new Program(stage.worker().pid());
        Program sourceServer = new Program(stage.sourceServer().pid());
        Program destinationServer = new Program(Servers.pid(stage.destinationServer()));
        Program broker = new Program(stage.broker().pid());
        try (Heap heap = new Heap(stage.worker());
                Connectors connectors = stage.connectors(
                        id,
                        format,
                        shipped.source(SourceKind.POSTGRES.followingFile(), source, id, "shop\\..*"),
                        shipped.sink(destination, growthCase.topics(id)))) {
            double workerBefore = worker.processorSeconds();
            double sourceBefore = sourceServer.processorSeconds();
            double destinationBefore = destinationServer.processorSeconds();
            double brokerBefore = broker.processorSeconds();
            long start = System.nanoTime();
            connectors.create();
            connectors.await("copies of all tables", () -> {
                heap.look();
                return destination.number(growthCase.copiedTables()) == growthCase.tables();
            });
            return new Taken(
                    (System.nanoTime() - start) / 1e9,
                    worker.processorSeconds() - workerBefore,
                    sourceServer.processorSeconds() - sourceBefore,
                    destinationServer.processorSeconds() - destinationBefore,
                    broker.processorSeconds() - brokerBefore,
                    worker.mostBytes(),
                    heap.mostBytes(),
                    heap.heldBytes());
        }
    }

    private void write() {
        String table = results.table();
        System.out.printf("%n%s%n", table);
        new Report(settings.output())
                .write(
                        "growth",
                        "First copies that grow, " + format.words(),
                        "First copies from one PostgreSQL server to another in mode `queue`, each by a worker that has just"
                                + " started: from the request that creates the connectors until the destination holds all."
                                + " Medians. CPU is processor time per million rows, memory the worker's.",
                        table,
                        results.chart());
    }
}
