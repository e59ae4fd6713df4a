// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many writers at once, readers that die at any point: what the records say is the table in the end. */
class QueueStormIT {

    private static final TableId ITEM = new TableId("public", "item");
    private static final int WRITERS = 8;
    private static final int KEYS = 120;
    private static final int ROUNDS = 5;
    private static final Duration ROUND = Duration.ofSeconds(3);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE item (a int, b text, n int, note text, PRIMARY KEY (a, b))",
                "CREATE TABLE item (a int, b text, n int, note text, PRIMARY KEY (a, b)) PARTITION BY HASH (a, b);"
                        + "CREATE TABLE item_0 PARTITION OF item FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
                        + "CREATE TABLE item_1 PARTITION OF item FOR VALUES WITH (MODULUS 2, REMAINDER 1)"
            })
    void recordsAddUpToTheTableWhateverHappens(String table) throws Exception {
        long seed = System.nanoTime();
        System.out.println("Seed " + seed);
        Random random = new Random(seed);
        try (Database database = PostgresServer.shared().createDatabase();
                FollowedLog log = new FollowedLog(database, "storm", Map.of())) {
            database.execute(table.split(";"));
            database.execute("INSERT INTO item SELECT g, 'x', 0, 'first' FROM generate_series(1, 20) g");
            ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
            AtomicInteger committed = new AtomicInteger();

            for (int round = 0; round < ROUNDS; round++) {
                Instant end = Instant.now().plus(ROUND);
                List<Future<?>> writers = new ArrayList<>();
                for (int i = 0; i < WRITERS; i++) {
                    long writerSeed = random.nextLong();
                    writers.add(threads.submit(() -> {
                        write(database, new Random(writerSeed), end, committed);
                        return null;
                    }));
                }
                log.start(ITEM);
                while (Instant.now().isBefore(end)) {
                    LockSupport.parkNanos(Duration.ofMillis(random.nextInt(400)).toNanos());
                    if (random.nextInt(6) == 0) {
                        crash(log, random);
                        log.start(ITEM);
                    } else if (random.nextBoolean()) {
                        log.storeAll();
                    }
                }
                for (Future<?> writer : writers) {
                    writer.get();
                }
                log.awaitEqual(ITEM, 2);
                crash(log, random);
            }

            threads.shutdown();
            System.out.println(committed + " transactions, " + log.size() + " records, " + log.copies() + " copies");
            assertThat(committed).hasValueGreaterThan(ROUNDS * WRITERS);
        }
    }

    /** Some of the last records never reach Kafka, and of those that do not all offsets are stored. */
    private static void crash(FollowedLog log, Random random) {
        log.crash();
        int stored = log.storedCount();
        int kept = stored + random.nextInt(log.size() - stored + 1);
        log.lose(kept);
        log.store(stored + random.nextInt(kept - stored + 1));
    }

    private static void write(Database database, Random random, Instant end, AtomicInteger committed)
            throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET lock_timeout = '500ms'");
            connection.commit();
            while (Instant.now().isBefore(end)) {
                try {
                    transaction(connection, statement, random);
                    committed.incrementAndGet();
                } catch (SQLException e) {
                    // Unique violations, deadlocks and waits for locks are part of the storm.
                    assertThat(e.getSQLState()).isIn("23505", "40P01", "55P03", "40001");
                    connection.rollback();
                }
            }
        }
    }

    private static void transaction(Connection connection, Statement statement, Random random) throws SQLException {
        int statements = 1 + random.nextInt(4);
        for (int i = 0; i < statements; i++) {
            if (random.nextInt(5) == 0) {
                Savepoint savepoint = connection.setSavepoint();
                statement.execute(change(random));
                connection.rollback(savepoint);
            }
            statement.execute(change(random));
            if (random.nextInt(8) == 0) {
                LockSupport.parkNanos(Duration.ofMillis(random.nextInt(30)).toNanos());
            }
        }
        if (random.nextInt(8) == 0) {
            connection.rollback();
        } else {
            connection.commit();
        }
    }

    private static String change(Random random) {
        int key = 1 + random.nextInt(KEYS);
        int other = 1 + random.nextInt(KEYS);
        String of = " WHERE a = " + key;
        return switch (random.nextInt(12)) {
            case 0, 1, 2 ->
                "INSERT INTO item VALUES (" + key + ", 'x', 0, 'inserted')"
                        + " ON CONFLICT (a, b) DO UPDATE SET n = item.n + 1, note = 'upserted'";
            case 3 ->
                "INSERT INTO item SELECT g, 'y', 0, 'many' FROM generate_series(" + key + ", " + (key + 5)
                        + ") g ON CONFLICT DO NOTHING";
            case 4, 5 -> "UPDATE item SET n = n + 1" + of;
            case 6 -> "UPDATE item SET note = 'range' WHERE a BETWEEN " + key + " AND " + (key + 8);
            case 7 -> "UPDATE item SET b = CASE b WHEN 'x' THEN 'y' ELSE 'x' END" + of;
            case 8 -> "UPDATE item SET a = " + other + of + " AND b = 'x'";
            case 9 -> "DELETE FROM item" + of;
            case 10 ->
                "WITH gone AS (DELETE FROM item" + of + " RETURNING *)"
                        + " INSERT INTO item SELECT a, b, n + 100, 'moved' FROM gone ON CONFLICT DO NOTHING";
            default -> random.nextInt(25) == 0 ? "TRUNCATE item" : "DELETE FROM item WHERE a > " + (KEYS - 3);
        };
    }
}
