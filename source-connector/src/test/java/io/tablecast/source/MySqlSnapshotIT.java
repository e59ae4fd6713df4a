// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MySqlSnapshotIT {

    private static final Map<String, String> HOURLY = Map.of("mode", "snapshot");

    static List<MySqlRelease> available() {
        return MySqlRelease.available();
    }

    @ParameterizedTest
    @MethodSource("available")
    void eachCopyIsOneStateOfTheTableWhateverWritersDo(MySqlRelease release) throws Exception {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE accounts (id int PRIMARY KEY, amount int NOT NULL)",
                    "INSERT INTO accounts WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                            + " SELECT i, 100 FROM n");
            Map<String, String> properties =
                    TaskRun.properties(database, Map.of("mode", "snapshot", "poll.interval.ms", "1"), "accounts");
            AtomicBoolean isOver = new AtomicBoolean();
            ExecutorService writers = Executors.newFixedThreadPool(2);
            List<SourceRecord> records;
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                List<Future<?>> writing = List.of(
                        writers.submit(() -> move(database, isOver)), writers.submit(() -> move(database, isOver)));
                records = run.pollSnapshots(4);
                isOver.set(true);
                for (Future<?> writer : writing) {
                    writer.get();
                }
                // Copies that began before the last write may still be on their way.
                run.forget();
                List<String> written = database.column("SELECT CONCAT_WS('|', id, amount) FROM accounts");
                run.pollUntil("a copy of what was written last", polled -> isLastCopyOf(polled, written));
            } finally {
                isOver.set(true);
                writers.shutdownNow();
            }

            for (String id : idsOf(records)) {
                List<Struct> rows = ofSnapshot(records, id).stream()
                        .filter(record ->
                                TaskRun.envelope(record).getString("op").equals("r"))
                        .map(TaskRun::after)
                        .toList();
                assertThat(rows).as(id).hasSize(900);
                assertThat(rows.stream().mapToInt(row -> row.getInt32("amount")).sum())
                        .as("what all accounts of snapshot " + id + " hold")
                        .isEqualTo(90_000);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void brokenCopyBeginsAgainAndAFinishedOneWaitsForItsTimeOrARequest(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE notes (id int, note varchar(300))",
                    "INSERT INTO notes WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                            + " SELECT i % 450, REPEAT('é', 300) FROM n",
                    "INSERT INTO notes SELECT * FROM notes",
                    "INSERT INTO notes SELECT * FROM notes",
                    "INSERT INTO notes SELECT * FROM notes",
                    "CREATE TABLE other (id int PRIMARY KEY)");
            Map<String, String> properties = TaskRun.properties(database, HOURLY, "notes");
            Map<String, String> partition = Map.of("table", "erp/" + database.name() + ".notes");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollUntil("some rows", records -> !records.isEmpty());
            }
            assertThat(offsets.of(partition)).containsEntry(OffsetCodec.STATE, "copying");

            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> records = run.pollSnapshots(1);
                // Equal rows without a key are as many as they are.
                assertThat(end(records).rows()).isEqualTo(7200);
                assertThat(ofSnapshot(records, end(records).id())).hasSize(7201);
                assertThat(records).allMatch(record -> record.key() == null);
            }
            Map<String, Object> finished = offsets.of(partition);
            assertThat(finished).containsEntry(OffsetCodec.STATE, "copied");

            Map<String, String> both = TaskRun.properties(database, HOURLY, "notes", "other");
            try (TaskRun run = TaskRun.start(both, offsets)) {
                List<SourceRecord> records = run.pollSnapshots(1);
                assertThat(records).allMatch(record -> record.topic().endsWith(".other"));
            }
            Map<String, Object> request = new LinkedHashMap<>(finished);
            request.put(OffsetCodec.RUN, "now");
            assertThat(new MySqlSourceConnector().alterOffsets(properties, Map.of(partition, request)))
                    .isTrue();
            Map<String, String> binlog = TaskRun.properties(database, Map.of(), "notes");
            assertThatThrownBy(() -> new MySqlSourceConnector().alterOffsets(binlog, Map.of(partition, request)))
                    .hasMessageContaining("is of mode snapshot, and the table is read in mode binlog");
            offsets.store(partition, request);
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                assertThat(end(run.pollSnapshots(1)).rows()).isEqualTo(7200);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void modesStandSideBySideAndATableMayChangeItsMode(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE orders (id int PRIMARY KEY)",
                    "CREATE TABLE prices (id int PRIMARY KEY)",
                    "INSERT INTO orders VALUES (1)",
                    "INSERT INTO prices VALUES (1)");
            Map<String, String> own = Map.of("table." + database.name() + ".prices.mode", "snapshot");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, own, "orders", "prices"), offsets)) {
                List<SourceRecord> records = run.pollSnapshots(2);
                assertThat(modes(records)).isEqualTo(Map.of("orders", "binlog", "prices", "snapshot"));
                database.execute("INSERT INTO orders VALUES (2)");
                run.forget();
                run.pollUntil(
                        "the change",
                        polled -> polled.stream()
                                .anyMatch(record -> record.value() != null
                                        && record.topic().endsWith(".orders")
                                        && TaskRun.envelope(record)
                                                .getString("op")
                                                .equals("c")));
            }
            Map<String, String> exchanged =
                    Map.of("mode", "snapshot", "table." + database.name() + ".prices.mode", "binlog");
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, exchanged, "orders", "prices"), offsets)) {
                List<SourceRecord> records = run.pollSnapshots(2);
                assertThat(modes(records)).isEqualTo(Map.of("orders", "snapshot", "prices", "binlog"));
                assertThat(Replica.of(TaskRun.ofTopic(records, "erp." + database.name() + ".orders"))
                                .texts())
                        .containsExactly("1", "2");
            }
        }
    }

    private static boolean isLastCopyOf(List<SourceRecord> polled, List<String> rows) {
        List<String> ids = idsOf(polled);
        return ids.size() > 1
                && Set.copyOf(Replica.of(ofSnapshot(polled, ids.get(ids.size() - 1)))
                                .texts())
                        .equals(Set.copyOf(rows));
    }

    private static Void move(MySqlDatabase database, AtomicBoolean isOver) {
        while (!isOver.get()) {
            int from = ThreadLocalRandom.current().nextInt(1, 450);
            int to = ThreadLocalRandom.current().nextInt(451, 901);
            database.execute("START TRANSACTION; UPDATE accounts SET amount = amount - 7 WHERE id = " + from
                    + "; UPDATE accounts SET amount = amount + 7 WHERE id = " + to + "; COMMIT");
        }
        return null;
    }

    private static SnapshotEnd end(List<SourceRecord> records) {
        return records.stream()
                .flatMap(record -> RecordHeaders.end(record.headers()).stream())
                .findFirst()
                .orElseThrow();
    }

    /** The ids of the copies that have ended, in their order. */
    private static List<String> idsOf(List<SourceRecord> records) {
        return records.stream()
                .flatMap(record -> RecordHeaders.end(record.headers()).stream())
                .map(SnapshotEnd::id)
                .toList();
    }

    /** The records of a copy, from its beginning to its end. */
    private static List<SourceRecord> ofSnapshot(List<SourceRecord> records, String id) {
        int first = 0;
        while (!RecordHeaders.begin(records.get(first).headers())
                .filter(begin -> begin.id().equals(id))
                .isPresent()) {
            first++;
        }
        int last = first;
        while (!TaskRun.isEnd(records.get(last))) {
            last++;
        }
        return records.subList(first, last + 1);
    }

    private static Map<String, String> modes(List<SourceRecord> records) {
        Map<String, String> modes = new HashMap<>();
        records.forEach(record -> RecordHeaders.begin(record.headers())
                .ifPresent(begin -> modes.put(begin.structure().table().name(), begin.mode())));
        return modes;
    }
}
