// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MySqlIncrementalIT {

    private static final int WRITERS = 3;
    private static final int LAST = 1_000_000;

    static List<MySqlRelease> available() {
        return MySqlRelease.available();
    }

    @ParameterizedTest
    @MethodSource("available")
    void noRowIsPassedOverWhateverWritersDo(MySqlRelease release) throws Exception {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE visits (id int AUTO_INCREMENT PRIMARY KEY, page varchar(40) NOT NULL)",
                    "CREATE TABLE stock (id int PRIMARY KEY, amount int NOT NULL, at timestamp(6) NOT NULL"
                            + " DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), KEY (at))",
                    "INSERT INTO stock (id, amount) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n"
                            + " WHERE i < 200) SELECT i, 100 FROM n");
            Map<String, String> properties = properties(
                    database,
                    Map.of("control.column", "at", own(database, "visits", "control.column"), "id"),
                    "visits",
                    "stock");
            StoredOffsets offsets = new StoredOffsets();
            List<SourceRecord> records = new ArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
            try {
                List<Future<?>> writers = new ArrayList<>();
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    for (int i = 0; i < WRITERS; i++) {
                        writers.add(threads.submit(() -> write(database)));
                    }
                    records.addAll(run.pollUntil("some changes", polled -> changes(polled) > 50));
                }
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    for (Future<?> writer : writers) {
                        writer.get();
                    }
                    database.execute(
                            "INSERT INTO visits VALUES (" + LAST + ", 'last')",
                            "INSERT INTO stock (id, amount) VALUES (" + LAST + ", 0)");
                    records.addAll(run.pollUntil(
                            "the last row of both", polled -> hasLast(polled, "visits") && hasLast(polled, "stock")));
                }
            } finally {
                threads.shutdownNow();
            }

            assertThat(replica(database, records, "visits"))
                    .containsExactlyInAnyOrderElementsOf(
                            database.column("SELECT CONCAT_WS('|', id, page) FROM visits"));
            assertThat(Replica.of(ofTable(database, records, "stock")).texts().stream()
                            .map(text -> text.substring(0, text.lastIndexOf('|')))
                            .toList())
                    .containsExactlyInAnyOrderElementsOf(
                            database.column("SELECT CONCAT_WS('|', id, amount) FROM stock"));
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void rowsOfOpenAndPreparedTransactionsAreWaitedFor(MySqlRelease release) throws Exception {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase();
                Connection open = database.connection()) {
            database.execute(
                    "CREATE TABLE visits (id int AUTO_INCREMENT PRIMARY KEY, page varchar(40))",
                    "CREATE TABLE stock (id int PRIMARY KEY, at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6))");
            open.setAutoCommit(false);
            execute(open, "INSERT INTO visits (page) VALUES ('open')", "INSERT INTO stock (id) VALUES (1)");
            try (Connection prepared = database.connection()) {
                execute(
                        prepared,
                        "XA START 'branch" + database.name() + "'",
                        "INSERT INTO visits (page) VALUES ('prepared')",
                        "INSERT INTO stock (id) VALUES (2)",
                        "XA END 'branch" + database.name() + "'",
                        "XA PREPARE 'branch" + database.name() + "'");
            }
            database.execute("INSERT INTO visits (page) VALUES ('soon')", "INSERT INTO stock (id) VALUES (3)");
            String written = database.value("SELECT NOW(6)");
            Map<String, String> properties = properties(
                    database,
                    Map.of("control.column", "at", own(database, "visits", "control.column"), "id"),
                    "visits",
                    "stock");
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                // By the server's clock alone all of them could have been read by then.
                List<SourceRecord> held = run.pollUntil("4 s at the server", records -> isPast(database, written, 4));
                assertThat(rows(held)).isEmpty();

                open.commit();
                String committed = database.value("SELECT NOW(6)");
                held = run.pollUntil("4 more seconds", records -> isPast(database, committed, 4));
                assertThat(rows(held)).isEmpty();

                database.execute("XA COMMIT 'branch" + database.name() + "'");
                List<SourceRecord> records =
                        run.pollUntil("all rows", polled -> rows(polled).size() >= 6);
                assertThat(replica(database, records, "visits")).containsExactly("1|open", "2|prepared", "3|soon");
                assertThat(replica(database, records, "stock")).hasSize(3);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void everyKindOfControlColumnIsReadInPagesAndGoneOnWith(MySqlRelease release) {
        Map<String, List<String>> kinds = new LinkedHashMap<>();
        kinds.put(
                "bigint unsigned", List.of("7", "9223372036854775807", "9223372036854775808", "18446744073709551615"));
        kinds.put("smallint", List.of("-5", "0", "1", "1"));
        kinds.put("date", List.of("2026-01-30", "2026-01-31", "2026-02-01", "2026-02-01"));
        kinds.put(
                "datetime",
                List.of("0999-01-01 00:00:00", "2026-01-31 12:00:00", "2026-01-31 12:00:00", "2026-01-31 12:00:01"));
        kinds.put(
                "datetime(3)",
                List.of(
                        "2026-01-31 12:00:00.001",
                        "2026-01-31 12:00:00.002",
                        "2026-01-31 12:00:00.002",
                        "2026-02-01 00:00:00"));
        kinds.put(
                "timestamp",
                List.of("2026-03-29 00:30:00", "2026-03-29 01:30:00", "2026-10-25 00:30:00", "2026-10-25 01:30:00"));
        kinds.put(
                "timestamp(6)",
                List.of(
                        "2026-01-31 12:00:00.000001",
                        "2026-01-31 12:00:00.000002",
                        "2026-01-31 12:00:00.000002",
                        "2026-02-01 00:00:00"));
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            kinds.forEach((type, values) -> {
                database.execute(
                        "DROP TABLE IF EXISTS item",
                        "CREATE TABLE item (name varchar(10), part binary(2), control " + type
                                + " NULL, PRIMARY KEY (name, part))",
                        "SET time_zone = '+00:00'; INSERT INTO item VALUES ('a', x'0001', '" + values.get(0)
                                + "'), ('é', x'00ff', '" + values.get(1) + "'), ('é', x'ff00', '" + values.get(2)
                                + "'), ('z''', x'0000', '" + values.get(3) + "'), ('none', x'0000', NULL)");
                Map<String, String> properties =
                        properties(database, Map.of("control.column", "control", "batch.max.rows", "2"), "item");
                StoredOffsets offsets = new StoredOffsets();
                List<SourceRecord> records;
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    records = rows(run.pollSnapshots(1));
                    assertThat(records).as(type).hasSize(5);
                    assertThat(run.metric(new TableId(database.name(), "item"), "rows-without-control"))
                            .isEqualTo(1);
                }
                Map<String, String> anew = new HashMap<>(properties);
                anew.put("start.value", start(type, values.get(0)));
                StoredOffsets ofPages = new StoredOffsets();
                try (TaskRun run = TaskRun.start(anew, ofPages)) {
                    records = rows(
                            run.pollUntil("four rows", polled -> rows(polled).size() >= 4));
                }
                assertThat(names(records)).as(type).containsExactly("a", "é", "é", "z'");
                assertThat(ops(records)).containsOnly("u");
                ofPages.acknowledge(records.get(1));
                try (TaskRun run = TaskRun.start(anew, ofPages)) {
                    records = rows(
                            run.pollUntil("two rows", polled -> rows(polled).size() >= 2));
                }
                assertThat(names(records)).as(type).containsExactly("é", "z'");
            });
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void withoutKeyAPositionStandsOnlyBetweenGroups(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE log (day date, n int)",
                    "INSERT INTO log WITH RECURSIVE n AS (SELECT 0 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 8)"
                            + " SELECT DATE '2026-01-01' + INTERVAL i DIV 3 DAY, i FROM n");
            Map<String, String> properties = properties(
                    database,
                    Map.of("control.column", "day", "start.value", "2026-01-01", "batch.max.rows", "2"),
                    "log");
            StoredOffsets offsets = new StoredOffsets();
            List<SourceRecord> records;
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                records = rows(run.pollUntil("nine rows", polled -> rows(polled).size() >= 9));
            }
            assertThat(records.get(4).sourceOffset()).isEqualTo(records.get(2).sourceOffset());
            assertThat(records.get(5).sourceOffset().get("control.after")).isEqualTo("2026-01-02");
            offsets.acknowledge(records.get(4));
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> again =
                        rows(run.pollUntil("six rows", polled -> rows(polled).size() >= 6));
                assertThat(again.stream().map(record -> TaskRun.after(record).get("n")))
                        .containsExactlyInAnyOrder(3, 4, 5, 6, 7, 8);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void offsetsAskForRangesForTheWholeTableAndForAllThatIsThere(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE item (id int PRIMARY KEY, name varchar(10))",
                    "INSERT INTO item WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 30)"
                            + " SELECT i, 'x' FROM n");
            Map<String, String> properties =
                    properties(database, Map.of("control.column", "id", "boundary", "10"), "item");
            Map<String, String> partition = Map.of("table", "erp/" + database.name() + ".item");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                assertThat(rows(run.pollSnapshots(1))).hasSize(20);
            }
            database.execute("UPDATE item SET name = 'y' WHERE id = 7");
            request(properties, partition, offsets, Map.of("repull.from", "5", "repull.to", "10"));
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> records = run.pollSnapshots(1);
                SnapshotBegin begin =
                        RecordHeaders.begin(records.get(0).headers()).orElseThrow();
                assertThat(begin.ranges()).containsExactly(new SnapshotBegin.Range("id", "5", "10"));
                assertThat(rows(records)).hasSize(5).isEqualTo(records);
                assertThat(replica(database, records, "item")).contains("7|y");
            }
            request(properties, partition, offsets, Map.of("drain", "once"));
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> records =
                        rows(run.pollUntil("ten rows", polled -> rows(polled).size() >= 10));
                assertThat(records.get(0).sourceOffset().get("drain")).isEqualTo("once");
                run.pollUntil(
                        "the end of the request",
                        polled -> !offsets.of(partition).containsKey("drain"));
            }
            offsets.delete(partition);
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                assertThat(rows(run.pollSnapshots(1))).hasSize(20);
            }
            Map<String, Object> wrong = Map.of(OffsetCodec.MODE, "binlog");
            assertThatThrownBy(() -> new MySqlSourceConnector().alterOffsets(properties, Map.of(partition, wrong)))
                    .hasMessageContaining("is of mode binlog, and the table is read in mode incremental");
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void changesOfColumnsRideOnTheNextRowOrCopyAgain(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE item (id int PRIMARY KEY, name varchar(10))", "INSERT INTO item VALUES (1, 'x')");
            Map<String, String> properties = properties(database, Map.of("control.column", "id"), "item");
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                run.pollSnapshots(1);
                run.forget();
                database.execute(
                        "ALTER TABLE item ADD COLUMN amount int NOT NULL DEFAULT 5, MODIFY name varchar(20)",
                        "INSERT INTO item VALUES (2, 'y', 6)");
                List<SourceRecord> records =
                        run.pollUntil("a row", polled -> !rows(polled).isEmpty());
                List<SchemaChange> changes =
                        RecordHeaders.schemaChanges(rows(records).get(0).headers());
                assertThat(changes).hasSize(2);
                assertThat(changes.get(0))
                        .isInstanceOfSatisfying(
                                SchemaChange.Type.class,
                                change -> assertThat(change.column().type()).isEqualTo("varchar(20)"));
                assertThat(changes.get(1))
                        .isInstanceOfSatisfying(
                                SchemaChange.Add.class,
                                change -> assertThat(change.column().defaultExpression())
                                        .isEqualTo("5"));
                run.forget();
                // Nobody can tell a new name from another column.
                database.execute("ALTER TABLE item CHANGE name title varchar(20)");
                List<SourceRecord> copy = run.pollSnapshots(1);
                assertThat(replica(database, copy, "item")).containsExactly("1|x|5", "2|y|6");
            }
        }
    }

    /** Short transactions on both tables, some of them undone. */
    private static Void write(MySqlDatabase database) throws SQLException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        try (Connection connection = database.connection()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 120; i++) {
                // In one order, so that writers do not wait for each other in a circle.
                int first = random.nextInt(1, 190);
                execute(
                        connection,
                        "INSERT INTO visits (page) VALUES ('a" + i + "')",
                        "UPDATE stock SET amount = amount + 1 WHERE id = " + first,
                        "DO SLEEP(0.0" + random.nextInt(10) + ")",
                        "UPDATE stock SET amount = amount - 1 WHERE id = " + (first + random.nextInt(1, 10)),
                        "INSERT INTO visits (page) VALUES ('b" + i + "')");
                if (random.nextInt(5) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
            }
        }
        return null;
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Map<String, String> properties(MySqlDatabase database, Map<String, String> more, String... tables) {
        Map<String, String> properties =
                new HashMap<>(Map.of("mode", "incremental", "poll.interval.ms", "50", "boundary", "0"));
        properties.putAll(more);
        return TaskRun.properties(database, properties, tables);
    }

    private static String own(MySqlDatabase database, String table, String key) {
        return "table." + database.name() + "." + table + "." + key;
    }

    private static void request(
            Map<String, String> properties,
            Map<String, String> partition,
            StoredOffsets offsets,
            Map<String, Object> request) {
        Map<String, Object> asked = new LinkedHashMap<>(offsets.of(partition));
        asked.putAll(request);
        assertThat(new MySqlSourceConnector().alterOffsets(properties, Map.of(partition, asked)))
                .isTrue();
        offsets.store(partition, asked);
    }

    private static boolean isPast(MySqlDatabase database, String moment, int seconds) {
        return database.number("SELECT NOW(6) > TIMESTAMP('" + moment + "') + INTERVAL " + seconds + " SECOND") == 1;
    }

    private static String start(String type, String first) {
        return type.startsWith("timestamp") ? first + "+00" : first;
    }

    private static List<SourceRecord> ofTable(MySqlDatabase database, List<SourceRecord> records, String table) {
        return TaskRun.ofTopic(records, "erp." + database.name() + "." + table);
    }

    private static List<String> replica(MySqlDatabase database, List<SourceRecord> records, String table) {
        return Replica.of(ofTable(database, records, table)).texts();
    }

    private static List<SourceRecord> rows(List<SourceRecord> records) {
        return records.stream()
                .filter(record -> !record.topic().startsWith("__")
                        && !TaskRun.envelope(record).getString("op").equals("t"))
                .toList();
    }

    private static long changes(List<SourceRecord> records) {
        return rows(records).stream()
                .filter(record -> TaskRun.envelope(record).getString("op").equals("u"))
                .count();
    }

    private static boolean hasLast(List<SourceRecord> records, String table) {
        return rows(records).stream()
                .anyMatch(record -> record.topic().endsWith("." + table)
                        && TaskRun.after(record).get("id").equals(LAST));
    }

    private static List<String> names(List<SourceRecord> records) {
        return records.stream()
                .map(record -> TaskRun.after(record).getString("name"))
                .toList();
    }

    private static List<String> ops(List<SourceRecord> records) {
        return records.stream()
                .map(record -> TaskRun.envelope(record).getString("op"))
                .toList();
    }
}
