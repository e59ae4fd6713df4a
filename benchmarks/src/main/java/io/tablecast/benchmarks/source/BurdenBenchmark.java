// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.source;

import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresOptions.Durability;
import io.tablecast.testing.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * Times writers of one server whose tables are watched by different triggers, alternately. Queues only grow meanwhile:
 * nobody reads them.
 */
public final class BurdenBenchmark {

    private BurdenBenchmark() {}

    /** Takes system properties only, see {@code benchmarks/README.md}. */
    public static void main(String[] arguments) throws SQLException, InterruptedException, ExecutionException {
        int runs = Integer.getInteger("benchmark.burden.runs", 12);
        int clients = Integer.getInteger("benchmark.clients", 4);
        Duration time = Duration.ofSeconds(Integer.getInteger("benchmark.seconds", 2));
        Map<Watching, Bank> banks = new EnumMap<>(Watching.class);
        Map<Watching, Figures> figures = new EnumMap<>(Watching.class);
        // Without fsync: what triggers cost would drown in the waiting for disks.
        try (PostgresServer server =
                PostgresServer.start(PostgresOptions.defaults().withDurability(Durability.PROCESS_CRASH))) {
            for (Watching watching : Watching.values()) {
                Database database = server.createDatabase();
                Bank bank = new Bank(database);
                bank.open();
                watching.begin(database);
                bank.transactions(clients, time);
                bank.largeStatements();
                banks.put(watching, bank);
                figures.put(watching, new Figures(new ArrayList<>(), new ArrayList<>()));
            }
            for (int run = 0; run < runs; run++) {
                for (Watching watching : Watching.values()) {
                    Figures of = figures.get(watching);
                    of.rates().add(banks.get(watching).transactions(clients, time));
                    of.statements().add(banks.get(watching).largeStatements());
                    System.out.printf(
                            Locale.ROOT, "%-36s %,8.0f transactions/s %s%n", watching.words(), of.rate(), of.last());
                }
            }
        }
        System.out.println();
        System.out.print(table(figures, clients));
    }

    private static String table(Map<Watching, Figures> figures, int clients) {
        StringBuilder table = new StringBuilder();
        table.append("| | transactions/s of %d clients | of no trigger | INSERT of %,d rows | UPDATE | DELETE |\n"
                .formatted(clients, Bank.bulk()));
        table.append("|---|---|---|---|---|---|\n");
        double free = figures.get(Watching.NOTHING).rate();
        figures.forEach((watching, of) -> table.append(String.format(
                Locale.ROOT,
                "| %s | %,.0f | %.2f | %,d ms | %,d ms | %,d ms |%n",
                watching.words(),
                of.rate(),
                of.rate() / free,
                of.statement(0),
                of.statement(1),
                of.statement(2))));
        return table.toString();
    }

    /** What was measured of one contender, in the order of the runs. */
    private record Figures(List<Double> rates, List<List<Duration>> statements) {

        double rate() {
            return median(rates);
        }

        long statement(int number) {
            return Math.round(median(statements.stream()
                    .map(times -> (double) times.get(number).toMillis())
                    .toList()));
        }

        List<Long> last() {
            return statements.get(statements.size() - 1).stream()
                    .map(Duration::toMillis)
                    .toList();
        }

        private static double median(List<Double> values) {
            return values.stream().sorted().toList().get(values.size() / 2);
        }
    }
}
