// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.PostgresVersion;
import java.sql.Connection;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Writers whose transactions commit in any order, against {@code boundary=0}. The long form:
 * {@code -Dtablecast.storm.writers=60 -Dtablecast.storm.seconds=60}.
 */
class IncrementalStormIT {

    private static final int WRITERS = Integer.getInteger("tablecast.storm.writers", 12);
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("tablecast.storm.seconds", 5));
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @EnumSource(names = {"OLDEST", "NEWEST"})
    void noRowIsLostOrSentTwice(PostgresVersion version) throws Exception {
        long seed = System.nanoTime();
        System.out.println("Seed " + seed);
        Random random = new Random(seed);
        AtomicBoolean areWritersDone = new AtomicBoolean();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Database database = PostgresServer.shared(version).createDatabase()) {
            database.execute(
                    "CREATE SCHEMA shop",
                    "CREATE TABLE shop.item (id serial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())",
                    "CREATE INDEX ON shop.item (at, id)");
            Instant end = Instant.now().plus(LENGTH);
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                long writerSeed = random.nextLong();
                writers.add(threads.submit(() -> {
                    write(database, new Random(writerSeed), end);
                    return null;
                }));
            }
            Future<List<Object>> byTime = threads.submit(() -> follow(database, "at", areWritersDone));
            Future<List<Object>> byNumber = threads.submit(() -> follow(database, "id", areWritersDone));
            for (Future<?> writer : writers) {
                writer.get();
            }
            areWritersDone.set(true);

            List<Object> all = new ArrayList<>(database.column("SELECT id FROM shop.item").stream()
                    .map(Integer::valueOf)
                    .toList());
            System.out.println("PostgreSQL " + version.number() + ", " + WRITERS + " writers, " + LENGTH.toSeconds()
                    + " s: " + all.size() + " rows");
            assertThat(byTime.get()).containsExactlyInAnyOrderElementsOf(all);
            assertThat(byNumber.get()).containsExactlyInAnyOrderElementsOf(all);
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Object> follow(Database database, String control, AtomicBoolean areWritersDone) {
        List<Object> ids = new ArrayList<>();
        try (IncrementalRun run = IncrementalRun.start(
                database, control, Map.of("boundary", "0", "name", "storm-" + control, "topic.prefix", "erp"))) {
            long rows = Long.MAX_VALUE;
            Instant end = Instant.MAX;
            while (ids.size() < rows && Instant.now().isBefore(end)) {
                List<SourceRecord> records = run.pollSome();
                ids.addAll(IncrementalRun.values(records, "id"));
                if (areWritersDone.get() && rows == Long.MAX_VALUE) {
                    rows = database.number("SELECT count(*) FROM shop.item");
                    end = Instant.now().plus(PATIENCE);
                }
            }
            // Repeats would come now.
            ids.addAll(IncrementalRun.values(run.pollSome(), "id"));
        }
        return ids;
    }

    private static void write(Database database, Random random, Instant end) throws Exception {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (Instant.now().isBefore(end)) {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    statement.execute("INSERT INTO shop.item DEFAULT VALUES");
                    if (random.nextInt(3) == 0) {
                        LockSupport.parkNanos(
                                Duration.ofMillis(random.nextInt(40)).toNanos());
                    }
                }
                if (random.nextInt(200) == 0) {
                    LockSupport.parkNanos(
                            Duration.ofMillis(random.nextInt(4000)).toNanos());
                }
                if (random.nextInt(10) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
            }
        }
    }
}
