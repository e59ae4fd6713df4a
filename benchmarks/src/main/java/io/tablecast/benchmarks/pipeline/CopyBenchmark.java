// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.TaskAlone;
import io.tablecast.source.PostgresSourceConnector;
import io.tablecast.source.PostgresSourceTask;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresOptions.Durability;
import io.tablecast.testing.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;

/**
 * Times one source task alone that copies one table, without a broker: what more connections bring. Once the records are
 * only taken, once each is also converted on the polling thread, as a worker does.
 */
public final class CopyBenchmark {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Database source;
    private final OrdersTable table;
    private final Map<String, List<Double>> rates = new LinkedHashMap<>();

    private CopyBenchmark(Database source, OrdersTable table) {
        this.source = source;
        this.table = table;
    }

    /** Takes system properties only, see {@code benchmarks/README.md}. */
    public static void main(String[] arguments) throws InterruptedException {
        long rows = Long.getLong("benchmark.rows", 1_000_000);
        OrdersTable table = new OrdersTable(rows, rows / 5);
        List<Integer> threads = Arrays.stream(
                        System.getProperty("benchmark.threads", "1,2,4").split(",", -1))
                .map(Integer::valueOf)
                .toList();
        int runs = Integer.getInteger("benchmark.runs", 3);
        try (PostgresServer server =
                        PostgresServer.start(PostgresOptions.defaults().withDurability(Durability.MACHINE_CRASH));
                Database source = server.createDatabase()) {
            table.create(source);
            CopyBenchmark benchmark = new CopyBenchmark(source, table);
            benchmark.copy(threads.get(0), new Dropping());
            for (int run = 0; run < runs; run++) {
                for (int count : threads) {
                    benchmark.measure(count, new Dropping());
                    benchmark.measure(count, new Converting());
                }
            }
            benchmark.print();
        }
    }

    private void measure(int threads, Taker taker) throws InterruptedException {
        double rate = table.rows() * 1e9 / copy(threads, taker).toNanos();
        String name = taker.words() + ", " + threads;
        rates.computeIfAbsent(name, missing -> new ArrayList<>()).add(rate);
        System.out.printf(Locale.ROOT, "%-30s %,10.0f rows/s%n", name, rate);
    }

    private void print() {
        System.out.printf("%n| records are, connections | rows/s, median | lowest to highest |%n|---|---|---|%n");
        rates.forEach((name, each) -> {
            List<Double> sorted = each.stream().sorted().toList();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f to %,.0f |%n",
                    name,
                    sorted.get(sorted.size() / 2),
                    sorted.get(0),
                    sorted.get(sorted.size() - 1));
        });
    }

    private Duration copy(int threads, Taker taker) throws InterruptedException {
        Map<String, String> properties = Map.of(
                "name", "copying",
                "connector.class", PostgresSourceConnector.class.getName(),
                "connection.url", source.jdbcUrl(),
                "connection.user", source.user(),
                "connection.password", source.password(),
                "topic.prefix", "bench",
                "mode", "snapshot",
                "table.include.list", "shop\\.orders",
                "snapshot.max.threads", Integer.toString(threads));
        long start = System.nanoTime();
        try (TaskAlone task =
                TaskAlone.start(new PostgresSourceConnector(), new PostgresSourceTask(), properties, Map.of())) {
            long taken = 0;
            // The begin marker is a record, too.
            while (taken <= table.rows()) {
                List<SourceRecord> records = task.poll();
                records.forEach(taker::take);
                taken += records.size();
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw new IllegalStateException("Only " + taken + " records within " + PATIENCE);
                }
            }
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    /** What becomes of records. */
    private interface Taker {
        String words();

        void take(SourceRecord each);
    }

    private static final class Dropping implements Taker {
        @Override
        public String words() {
            return "taken";
        }

        @Override
        public void take(SourceRecord each) {
            // That it is there is all that counts.
        }
    }

    private static final class Converting implements Taker {
        private final Converter converter = new JsonConverter();

        Converting() {
            converter.configure(Map.of("schemas.enable", "true"), false);
        }

        @Override
        public String words() {
            return "converted to JSON with schemas";
        }

        @Override
        public void take(SourceRecord each) {
            converter.fromConnectData(each.topic(), each.valueSchema(), each.value());
        }
    }
}
