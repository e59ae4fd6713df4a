// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Sixty writers beside transactions that stay open: one of another database, which has a transaction number of the server,
 * and one of the same, which has changed the table itself. {@code -Dtablecast.storm.seconds=60} makes it longer.
 */
class QueueOpenTransactionsIT {

    private static final TableId ITEM = new TableId("public", "item");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WRITERS = 60;
    private static final int KEYS = 2_000;
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("tablecast.storm.seconds", 3));

    private final AtomicInteger transactions = new AtomicInteger();

    @Test
    void committedRowsWaitForNoOpenTransactionAndNoneIsLost() throws Exception {
        try (PostgresServer server =
                        PostgresServer.start(PostgresOptions.defaults().withSetting("max_connections", "120"));
                Database database = server.createDatabase();
                Database elsewhere = server.createDatabase();
                FollowedLog log = new FollowedLog(database, "storm", Map.of())) {
            database.execute(
                    "CREATE TABLE item (id int PRIMARY KEY, n bigint)",
                    "INSERT INTO item SELECT g, 0 FROM generate_series(-1, 100) g");
            elsewhere.execute("CREATE TABLE other (id int)");
            log.start(ITEM);
            log.awaitEqual(ITEM, 1);

            try (Connection foreign = elsewhere.connection();
                    Connection open = database.connection()) {
                begin(foreign, "INSERT INTO other VALUES (1)");
                begin(open, "UPDATE item SET n = 1 WHERE id = -1; INSERT INTO item VALUES (-2, 2); SAVEPOINT later");
                List<Long> delays = storm(database, log);

                // Everything that is committed has arrived, and both transactions are open still.
                log.awaitEqual(ITEM, 1);
                assertThat(log.rows(ITEM)).containsEntry("-1", "-1|0").doesNotContainKey("-2");
                System.out.printf(
                        "%d transactions of %d writers; %d rows timed, delay until the record: median %d ms, longest %d ms%n",
                        transactions.get(),
                        WRITERS,
                        delays.size(),
                        delays.get(delays.size() / 2),
                        delays.get(delays.size() - 1));
                open.commit();
                foreign.rollback();
            }

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(log.rows(ITEM))
                            .containsEntry("-1", "-1|1")
                            .containsEntry("-2", "-2|2"));
            log.awaitEqual(ITEM, 1);
            assertThat(log.copies()).isEqualTo(1);
        }
    }

    private static void begin(Connection connection, String sql) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Lets all writers write, and meanwhile measures how long single rows take; sorted, in milliseconds. */
    private List<Long> storm(Database database, FollowedLog log) throws Exception {
        long end = System.nanoTime() + LENGTH.toNanos();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        List<Future<?>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            Random random = new Random(writer);
            writers.add(threads.submit(() -> {
                write(database, random, end);
                return null;
            }));
        }
        List<Long> delays = new ArrayList<>();
        do {
            String key = Integer.toString(1_000_000 + delays.size());
            database.execute("INSERT INTO item VALUES (" + key + ", 0)");
            long committed = System.nanoTime();
            await().pollInterval(Duration.ofMillis(5)).atMost(PATIENCE).until(() -> log.hasSeen(key));
            delays.add((System.nanoTime() - committed) / 1_000_000);
        } while (System.nanoTime() < end);
        for (Future<?> writer : writers) {
            writer.get();
        }
        threads.shutdown();
        return delays.stream().sorted().toList();
    }

    private void write(Database database, Random random, long end) throws SQLException {
        try (Connection connection = database.connection();
                PreparedStatement upsert = connection.prepareStatement(
                        "INSERT INTO item VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET n = item.n + 1");
                PreparedStatement delete = connection.prepareStatement("DELETE FROM item WHERE id = ?")) {
            connection.setAutoCommit(false);
            do {
                // In the order of their keys, so that nobody waits for each other.
                int first = 1 + random.nextInt(KEYS - 1);
                upsert.setInt(1, first);
                upsert.executeUpdate();
                delete.setInt(1, first + 1 + random.nextInt(KEYS - first));
                delete.executeUpdate();
                if (random.nextInt(10) == 0) {
                    connection.rollback();
                    continue;
                }
                connection.commit();
                transactions.incrementAndGet();
            } while (System.nanoTime() < end);
        }
    }
}
