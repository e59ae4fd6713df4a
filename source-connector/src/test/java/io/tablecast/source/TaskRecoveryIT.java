// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What befalls the source must not end a task. */
class TaskRecoveryIT {

    private static final TableId TABLE = new TableId("public", "items");

    private final StoredOffsets offsets = new StoredOffsets();

    @Test
    void copyBeginsAgainAfterTheServerWasKilled() {
        try (PostgresServer server = PostgresServer.start();
                Database database = server.createDatabase()) {
            createItems(database, 200_000);
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, Map.of(), TABLE), offsets)) {
                List<SourceRecord> before = run.pollUntil("some rows", records -> records.size() > 100);
                assertThat(before).noneMatch(TaskRun::isEnd);
                server.kill();
                server.startAgain();

                List<SourceRecord> records = run.pollSnapshots(1);

                List<SourceRecord> begins = records.stream()
                        .filter(record -> RecordHeaders.begin(record.headers()).isPresent())
                        .toList();
                // Once more if the copy got its connection back before the locks did.
                assertThat(begins).hasSizeBetween(2, 3);
                SourceRecord lastBegin = begins.get(begins.size() - 1);
                List<SourceRecord> whole = records.subList(records.indexOf(lastBegin), records.size());
                assertThat(TaskRun.rows(whole, "id")).hasSize(200_000);
            }
        }
    }

    @Test
    void taskWaitsForAServerThatIsAway() {
        try (PostgresServer server = PostgresServer.start();
                Database database = server.createDatabase()) {
            createItems(database, 10);
            server.stop();
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, Map.of(), TABLE), offsets)) {
                server.startAgain();

                assertThat(TaskRun.rows(run.pollSnapshots(1), "id")).hasSize(10);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"queue", "incremental"})
    void tablesThatAreLockedAtTheStartKeepNoOtherFromBeingRead(String mode) throws SQLException {
        try (Database database = PostgresServer.shared().createDatabase();
                Connection loading = database.connection();
                Statement statement = loading.createStatement()) {
            List<TableId> tables = Stream.of("a", "b", "c", "d")
                    .map(name -> new TableId("public", name))
                    .toList();
            tables.forEach(table -> database.execute("CREATE TABLE " + table
                    + " (id serial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now() - interval '1 h')"));
            database.execute("INSERT INTO d DEFAULT VALUES");
            loading.setAutoCommit(false);
            // It locks the sequences, too, whose state belongs to a copy.
            statement.execute("TRUNCATE a, b, c RESTART IDENTITY");
            statement.execute("INSERT INTO a DEFAULT VALUES");
            Map<String, String> settings = Map.of("mode", mode, "control.column", "at");

            try (TaskRun run =
                    TaskRun.start(TaskRun.properties(database, settings, tables.toArray(new TableId[0])), offsets)) {
                run.pollUntil("the row of d", records -> ids(records, "d").contains(1));
                assertThat(ids(run.pollUntil("anything", records -> true), "a")).isEmpty();

                loading.commit();
                run.pollUntil("the row of a", records -> ids(records, "a").contains(1));
            }
        }
    }

    private static List<Object> ids(List<SourceRecord> records, String table) {
        return TaskRun.ofTopic(records, "erp.public." + table).stream()
                .map(TaskRun::after)
                .filter(Objects::nonNull)
                .map(row -> row.get("id"))
                .toList();
    }

    @Test
    void endedLockSessionIsReplacedAndTheTaskGoesOn() {
        try (Database database = PostgresServer.shared().createDatabase()) {
            createItems(database, 10);
            Map<String, String> often = Map.of("poll.interval.ms", "100", "snapshot.skip.unchanged", "false");
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, often, TABLE), offsets)) {
                run.pollSnapshots(1);
                long ended = database.number("SELECT count(pg_terminate_backend(pid)) FROM pg_locks"
                        + " WHERE locktype = 'advisory' AND granted AND database ="
                        + " (SELECT oid FROM pg_database WHERE datname = current_database())");
                assertThat(ended).isEqualTo(1);
                Conditions.await(Duration.ofSeconds(30), "the locks are not held again", () -> {
                    run.pollSnapshots(1);
                    return database.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
                                    + " (SELECT oid FROM pg_database WHERE datname = current_database())")
                            == 1;
                });
                run.forget();

                assertThat(TaskRun.rows(run.pollSnapshots(1).subList(0, 11), "id"))
                        .hasSize(10);
            }
        }
    }

    @Test
    void offsetsAreReadAgainOnlyWhenAllThatWasSentIsAcknowledged() throws InterruptedException {
        try (Database database = PostgresServer.shared().createDatabase()) {
            createItems(database, 10);
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, Map.of(), TABLE), offsets)) {
                run.loseKafka();
                run.pollSnapshots(1);
                database.number("SELECT count(pg_terminate_backend(pid)) FROM pg_locks"
                        + " WHERE locktype = 'advisory' AND granted AND database ="
                        + " (SELECT oid FROM pg_database WHERE datname = current_database())");
                awaitLocks(database, 0);
                awaitLocks(database, 1);
                run.findKafka();

                // Read before, the offset would have been none, and the table copied a second time.
                for (int i = 0; i < 6; i++) {
                    assertThat(run.task().poll()).isEmpty();
                }
            }
        }
    }

    private static void awaitLocks(Database database, long count) {
        Conditions.await(
                Duration.ofSeconds(30),
                "the locks held are not " + count,
                () -> database.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
                                + " (SELECT oid FROM pg_database WHERE datname = current_database())")
                        == count);
    }

    private static void createItems(Database database, int rows) {
        database.execute(
                "CREATE TABLE items (id int PRIMARY KEY, filler text)",
                "INSERT INTO items SELECT i, repeat('x', 100) FROM generate_series(1, " + rows + ") i");
    }
}
