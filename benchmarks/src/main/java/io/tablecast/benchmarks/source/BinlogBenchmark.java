// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.source;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.sun.management.OperatingSystemMXBean;
import io.tablecast.benchmarks.TaskAlone;
import io.tablecast.source.MySqlSourceConnector;
import io.tablecast.source.MySqlSourceTask;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlOptions;
import io.tablecast.testing.MySqlServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Reads the same part of a binlog again and again, without a broker: once by a source task whose records are only taken,
 * once by the client library alone, which decodes the values of all rows into arrays of objects.
 */
public final class BinlogBenchmark {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final WrittenBinlog binlog;
    private final Map<String, List<Rates>> rates = new LinkedHashMap<>();

    private BinlogBenchmark(WrittenBinlog binlog) {
        this.binlog = binlog;
    }

    /** Takes system properties only, see {@code benchmarks/README.md}. */
    public static void main(String[] arguments) {
        long rows = Long.getLong("benchmark.binlog.rows", 500_000);
        int runs = Integer.getInteger("benchmark.runs", 3);
        try (MySqlServer server = MySqlServer.start(MySqlOptions.defaults());
                MySqlDatabase source = server.createDatabase("shop")) {
            BinlogBenchmark benchmark = new BinlogBenchmark(WrittenBinlog.write(source, rows));
            // Once for the compiler of the JVM.
            benchmark.read(benchmark::byTask);
            benchmark.read(benchmark::byClient);
            for (int run = 0; run < runs; run++) {
                benchmark.measure("Tablecast: records handed to poll", benchmark::byTask);
                benchmark.measure("the client library alone", benchmark::byClient);
            }
            benchmark.print(server);
        }
    }

    private void measure(String name, Contender contender) {
        Rates measured = read(contender);
        rates.computeIfAbsent(name, missing -> new ArrayList<>()).add(measured);
        System.out.printf(
                Locale.ROOT,
                "%-35s %,10.0f changes/s %,10.0f changes per second of a core%n",
                name,
                measured.perSecond(),
                measured.perCoreSecond());
    }

    private Rates read(Contender contender) {
        Timing timing = new Timing();
        contender.read(timing);
        return timing.rates();
    }

    private void byTask(Timing timing) {
        MySqlDatabase source = binlog.source();
        Map<String, String> properties = Map.of(
                "name",
                "reading",
                "connector.class",
                MySqlSourceConnector.class.getName(),
                "connection.url",
                source.server().jdbcUrl(),
                "connection.user",
                source.user(),
                "connection.password",
                source.password(),
                "topic.prefix",
                "bench",
                "mode",
                "binlog",
                "table.include.list",
                source.name() + "\\.orders");
        long start = System.nanoTime();
        try (TaskAlone task =
                TaskAlone.start(new MySqlSourceConnector(), new MySqlSourceTask(), properties, binlog.offset())) {
            while (timing.changes < binlog.changes()) {
                timing.read(
                        task.poll().stream().filter(BinlogBenchmark::isChange).count());
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw new IllegalStateException("Only " + timing.changes + " records within " + PATIENCE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean isChange(SourceRecord record) {
        return !record.topic().startsWith("__");
    }

    private void byClient(Timing timing) {
        MySqlDatabase source = binlog.source();
        BinaryLogClient client =
                new BinaryLogClient(source.server().host(), source.server().port(), source.user(), source.password());
        client.setServerId(4_711);
        client.setKeepAlive(false);
        client.setBinlogFilename(binlog.file());
        client.setBinlogPosition(binlog.position());
        client.registerEventListener(event -> {
            timing.read(rows(event.getData()));
            if (timing.changes >= binlog.changes()) {
                disconnect(client);
            }
        });
        try {
            client.connect();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the binlog", e);
        }
        if (timing.changes != binlog.changes()) {
            throw new IllegalStateException(timing.changes + " rows were read instead of " + binlog.changes());
        }
    }

    private static void disconnect(BinaryLogClient client) {
        try {
            client.disconnect();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot end reading", e);
        }
    }

    private static int rows(EventData data) {
        if (data instanceof WriteRowsEventData written) {
            return written.getRows().size();
        }
        return data instanceof UpdateRowsEventData updated ? updated.getRows().size() : 0;
    }

    private void print(MySqlServer server) {
        System.out.printf(
                Locale.ROOT,
                "%n%s, %,d changes of %,d rows%n%n| reader | changes/s, median | lowest to highest | per second of a core,"
                        + " median | lowest to highest |%n|---|---|---|---|---|%n",
                server.release().title(),
                binlog.changes(),
                binlog.rows());
        rates.forEach((name, each) -> System.out.printf(
                "| %s | %s | %s |%n",
                name,
                text(each.stream().map(Rates::perSecond).sorted().toList()),
                text(each.stream().map(Rates::perCoreSecond).sorted().toList())));
    }

    private static String text(List<Double> sorted) {
        return String.format(
                Locale.ROOT,
                "%,.0f | %,.0f to %,.0f",
                sorted.get(sorted.size() / 2),
                sorted.get(0),
                sorted.get(sorted.size() - 1));
    }

    /** Who reads the binlog from its place to its end. */
    private interface Contender {
        void read(Timing timing);
    }

    /** From the first changes that are read to the last, so that connecting and starting are left out. For one thread. */
    private static final class Timing {
        private long before;
        private long changes;
        private long start;
        private long processor;
        private long end;
        private long endOfProcessor;

        void read(long more) {
            if (more == 0) {
                return;
            }
            changes += more;
            end = System.nanoTime();
            endOfProcessor = SYSTEM.getProcessCpuTime();
            if (before == 0) {
                before = changes;
                start = end;
                processor = endOfProcessor;
            }
        }

        Rates rates() {
            double timed = (changes - before) * 1e9;
            return new Rates(timed / (end - start), timed / (endOfProcessor - processor));
        }
    }

    /**
     * How fast changes were read.
     *
     * @param perSecond by the clock
     * @param perCoreSecond by the time that all threads of the JVM had on a processor
     */
    private record Rates(double perSecond, double perCoreSecond) {}
}
