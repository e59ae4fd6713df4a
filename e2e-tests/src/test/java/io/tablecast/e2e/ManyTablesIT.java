// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Database;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Four tasks write twenty tables with changes of all kinds at once and never wait for each other in a circle. */
final class ManyTablesIT {

    private static final int TABLES = 20;
    private static final int KEYS = 300;
    private static final int WRITERS = 3;
    private static final int TRANSACTIONS = Form.amount(300, 20_000);

    @Test
    void fourTasksWriteTwentyTablesWithoutADeadlock() throws Exception {
        try (Replication replication = Replication.start(ExactlyOnceSource.DISABLED)) {
            String[] tables =
                    IntStream.rangeClosed(1, TABLES).mapToObj(i -> "shop.t" + i).toArray(String[]::new);
            create(replication.source(), tables);
            replication.deploySource(Map.of("mode", "queue", "tasks.max", "4"));
            replication.deploySink(Map.of("tasks.max", "4", "batch.linger.ms", "20"));
            replication.awaitEqual(tables);
            long before = deadlocks(replication.destination());

            write(replication.source(), tables);

            replication.awaitEqual(tables);
            replication.rest().awaitRunning(replication.sinkName(), Replication.PATIENCE);
            assertThat(deadlocks(replication.destination())).isEqualTo(before);
            assertThat(replication.worker().log()).content().doesNotContain("40P01", "deadlock");
        }
    }

    private static void create(Database source, String[] tables) {
        List<String> statements = new ArrayList<>(List.of("CREATE SCHEMA shop"));
        for (String table : tables) {
            statements.add("CREATE TABLE " + table + " (id bigint PRIMARY KEY, code text UNIQUE, amount integer)");
            statements.add(
                    "INSERT INTO " + table + " SELECT i, 'code ' || i, i FROM generate_series(1, " + KEYS + ") AS i");
        }
        source.execute(statements.toArray(String[]::new));
    }

    private static void write(Database source, String[] tables) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Callable<Void>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Random random = new Random(i);
                writers.add(() -> {
                    write(source, tables, random);
                    return null;
                });
            }
            for (Future<Void> writer : threads.invokeAll(writers)) {
                writer.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Each transaction changes several tables, in one order, so that the source has no deadlocks of its own. */
    private static void write(Database source, String[] tables, Random random) throws SQLException {
        try (Connection connection = source.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < TRANSACTIONS; i++) {
                int first = random.nextInt(tables.length);
                for (int table = first; table < Math.min(first + 3, tables.length); table++) {
                    statement.execute(change(tables[table], random));
                }
                connection.commit();
            }
        }
    }

    private static String change(String table, Random random) {
        // One row in each statement: of two statements with several rows each the server may take them in any order.
        int key = 1 + random.nextInt(KEYS);
        return switch (random.nextInt(10)) {
            case 0 -> "DELETE FROM " + table + " WHERE id = " + key;
            case 1, 2, 3 ->
                "INSERT INTO " + table + " VALUES (" + key + ", 'code " + key
                        + "', 1) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount";
            case 4 -> "UPDATE " + table + " SET code = 'other " + key + "' WHERE id = " + key;
            default -> "UPDATE " + table + " SET amount = amount + 1 WHERE id = " + key;
        };
    }

    private static long deadlocks(Database database) {
        return database.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }
}
