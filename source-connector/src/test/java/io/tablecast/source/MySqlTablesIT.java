// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static io.tablecast.source.BinlogRecords.ofTable;
import static io.tablecast.source.BinlogRecords.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What settings of single tables do, and what becomes of tables that cannot be read. */
class MySqlTablesIT {

    static List<MySqlRelease> available() {
        return MySqlRelease.available();
    }

    @ParameterizedTest
    @MethodSource("available")
    void settingsOfATableDecideWhichColumnsRowsAndOperationsAreSent(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE parts (id int PRIMARY KEY, code char(3) NOT NULL, secret date, name text, size int)",
                    "SET SESSION sql_mode = ''",
                    "INSERT INTO parts VALUES (1, 'aaa', '0000-00-00', 'bolt', 5), (2, 'bbb', NULL, 'beam', 500)",
                    "CREATE TABLE nothing (id int PRIMARY KEY)");
            Map<String, String> own = new TreeMap<>();
            String prefix = "table." + database.name() + ".parts.";
            own.put(prefix + "columns", "name,code,size");
            own.put(prefix + "key.columns", "code");
            own.put(prefix + "condition", "size < 100 -- small ones");
            own.put("skip.operations", "d,t");
            own.put("zero.date.handling.mode", "fail");
            try (TaskRun run =
                    TaskRun.start(TaskRun.properties(database, own, "parts", "nothing"), new StoredOffsets())) {
                run.pollSnapshots(2);
                database.execute(
                        "INSERT INTO parts VALUES (3, 'ccc', '2026-01-31', 'girder', 700)",
                        "DELETE FROM parts WHERE id = 1",
                        "TRUNCATE TABLE parts",
                        "INSERT INTO parts VALUES (4, 'ddd', NULL, 'nut', 1)");
                List<SourceRecord> records = run.pollUntil(
                        "the last row",
                        polled -> polled.stream()
                                .anyMatch(record -> String.valueOf(record.key()).contains("ddd")));

                List<SourceRecord> parts = TaskRun.ofTopic(records, "erp." + database.name() + ".parts");
                assertThat(parts.stream().map(BinlogRecords::text).toList()).containsExactly("r aaa", "c ccc", "c ddd");
                assertThat(parts.get(0).keySchema().fields().stream().map(Field::name))
                        .containsExactly("code");
                assertThat(TaskRun.after(parts.get(1)).schema().fields().stream()
                                .map(Field::name))
                        .containsExactly("code", "name", "size");
                assertThat(RecordHeaders.begin(parts.get(0).headers())).isPresent();
                assertThat(TaskRun.ofTopic(records, "erp." + database.name() + ".nothing"))
                        .singleElement()
                        .satisfies(both -> {
                            assertThat(RecordHeaders.begin(both.headers())).isPresent();
                            assertThat(RecordHeaders.end(both.headers())).isPresent();
                        });
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void tableThatCannotBeReadStopsAloneUntilItsOffsetIsDeleted(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute("CREATE TABLE good (id int PRIMARY KEY)", "CREATE TABLE bad (id int PRIMARY KEY)");
            Map<String, String> properties = TaskRun.properties(database, Map.of(), "good", "bad");
            Map<String, String> bad = Map.of("table", "erp/" + database.name() + ".bad");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollSnapshots(2);
                database.execute("SET SESSION binlog_format = 'STATEMENT'; INSERT INTO bad VALUES (1)");
                database.execute("INSERT INTO bad VALUES (2)", "INSERT INTO good VALUES (1)");
                run.pollUntil(
                        "the good row",
                        polled ->
                                polled.stream().anyMatch(record -> text(record).equals("c 1")));

                assertThat(offsets.of(bad)).containsEntry("state", "stopped");
                assertThat(String.valueOf(offsets.of(bad).get("stopped.because")))
                        .contains("A statement and not its rows stands in the binlog");
            }
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                database.execute("INSERT INTO bad VALUES (3)", "INSERT INTO good VALUES (2)");
                List<SourceRecord> records = run.pollUntil(
                        "the good row",
                        polled ->
                                polled.stream().anyMatch(record -> text(record).equals("c 2")));

                assertThat(TaskRun.ofTopic(records, "erp." + database.name() + ".bad"))
                        .isEmpty();
            }
            offsets.delete(bad);
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> records = run.pollSnapshots(1);

                assertThat(Replica.of(TaskRun.ofTopic(records, "erp." + database.name() + ".bad"))
                                .texts())
                        .containsExactly("1", "2", "3");
            }
        }
    }

    /** What is not whole in the binlog is an error of its table, and never passed over. */
    @ParameterizedTest
    @MethodSource("available")
    void rowsThatAreNotWholeStopTheirTablesAlone(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            String member = ", PARTITION high VALUES LESS THAN (200)";
            database.execute(
                    "CREATE TABLE minimal (id int PRIMARY KEY, doc json)",
                    "CREATE TABLE noblob (id int PRIMARY KEY, size int, doc text)",
                    "CREATE TABLE partial (id int PRIMARY KEY, doc json)",
                    "CREATE TABLE packed (id int PRIMARY KEY, doc json)",
                    "CREATE TABLE exchanged (id int PRIMARY KEY) PARTITION BY RANGE (id)"
                            + " (PARTITION low VALUES LESS THAN (100)" + member + ")",
                    "CREATE TABLE pieces (id int PRIMARY KEY)",
                    "CREATE TABLE good (id int PRIMARY KEY)",
                    "INSERT INTO minimal VALUES (1, '{}')",
                    "INSERT INTO noblob VALUES (1, 1, 'text')",
                    "INSERT INTO partial VALUES (1, JSON_OBJECT('a', REPEAT('x', 300), 'b', 1))",
                    "INSERT INTO packed VALUES (1, JSON_OBJECT('a', REPEAT('x', 300), 'b', 1))");
            Map<String, String> properties = TaskRun.properties(
                    database,
                    Map.of("table." + database.name() + ".exchanged.on.table.replaced", "fail"),
                    "minimal",
                    "noblob",
                    "partial",
                    "packed",
                    "exchanged",
                    "good");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollSnapshots(6);
                database.execute("SET SESSION binlog_row_image = MINIMAL; UPDATE minimal SET doc = '[]'");
                database.execute("SET SESSION binlog_row_image = NOBLOB; UPDATE noblob SET size = 2");
                database.execute("ALTER TABLE exchanged EXCHANGE PARTITION low WITH TABLE pieces");
                if (!release.isMariaDb()) {
                    String change = "SET SESSION binlog_row_value_options = PARTIAL_JSON; UPDATE ";
                    database.execute(change + "partial SET doc = JSON_REPLACE(doc, '$.b', 2)");
                    String compression = release == MySqlRelease.MYSQL_8_0
                            ? ""
                            : "SET SESSION binlog_transaction_compression = ON; ";
                    database.execute(compression + change + "packed SET doc = JSON_REPLACE(doc, '$.b', 2)");
                }
                database.execute("INSERT INTO good VALUES (1)");
                run.pollUntil(
                        "the good row",
                        polled ->
                                polled.stream().anyMatch(record -> text(record).equals("c 1")));
            }

            assertThat(whyStopped(offsets, database, "minimal")).contains("Set binlog_row_image=FULL");
            assertThat(whyStopped(offsets, database, "noblob")).contains("Set binlog_row_image=FULL");
            assertThat(whyStopped(offsets, database, "exchanged"))
                    .contains("It may have other rows now (on.table.replaced=fail), after: ALTER TABLE exchanged");
            if (!release.isMariaDb()) {
                assertThat(whyStopped(offsets, database, "partial")).contains("Set binlog_row_value_options=''");
                assertThat(whyStopped(offsets, database, "packed")).contains("Set binlog_row_value_options=''");
            }
            assertThat(whyStopped(offsets, database, "good")).isEqualTo("null");
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void oneConnectorReadsManyDatabases(MySqlRelease release) {
        try (MySqlDatabase one = MySqlServer.shared(release).createDatabase();
                MySqlDatabase two = MySqlServer.shared(release).createDatabase()) {
            one.execute("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            two.execute("CREATE TABLE t (id int PRIMARY KEY, more text)", "INSERT INTO t VALUES (2, 'x')");
            Map<String, String> properties = TaskSettings.properties(
                    TaskRun.properties(one, Map.of("table.include.list", one.name() + "\\.t," + two.name() + "\\.t")),
                    0,
                    List.of(new TableId(one.name(), "t"), new TableId(two.name(), "t")));
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                run.pollSnapshots(2);
                // One transaction of both, by names with and without their database.
                one.execute("START TRANSACTION; INSERT INTO t VALUES (3); INSERT INTO " + two.name()
                        + ".t VALUES (4, 'y'); COMMIT");
                two.execute("TRUNCATE TABLE t");
                List<SourceRecord> records = run.pollUntil(
                        "the truncate",
                        polled -> ofTable(polled, two, "t").stream()
                                .anyMatch(record -> text(record).equals("t")
                                        && RecordHeaders.begin(record.headers()).isEmpty()));

                assertThat(Replica.of(ofTable(records, one, "t")).texts()).containsExactly("1", "3");
                assertThat(ofTable(records, two, "t").stream().map(BinlogRecords::text))
                        .endsWith("r 2", "c 4", "t");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void readingBeginsAtAPlaceThatIsSentAndPurgedTablesAreCopiedAgain(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            List<String> status = database.rows(release.binlogStatusCommand()).get(0);
            String gtids = database.value(release.isMariaDb() ? "SELECT @@gtid_binlog_pos" : "SELECT @@gtid_executed");
            database.execute("INSERT INTO t VALUES (2)", "FLUSH BINARY LOGS", "INSERT INTO t VALUES (3)");
            Map<String, String> partition = Map.of("table", "erp/" + database.name() + ".t");
            StoredOffsets offsets = new StoredOffsets();
            // As Debezium stores it.
            offsets.store(
                    partition,
                    Map.of(
                            "ts_sec", 1_700_000_000L,
                            "file", status.get(0),
                            "pos", Long.parseLong(status.get(1)),
                            "gtids", gtids,
                            "row", 1L,
                            "event", 2L,
                            "server_id", 1L));
            Map<String, String> properties =
                    TaskRun.properties(database, Map.of("binlog.purged.policy", "resnapshot"), "t");
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> records = run.pollUntil(
                        "the changes",
                        polled ->
                                polled.stream().anyMatch(record -> text(record).equals("c 3")));

                assertThat(ofTable(records, database, "t").stream().map(BinlogRecords::text))
                        .containsExactly("c 2", "c 3");
                awaitKept(run, database);
            }
            database.execute("INSERT INTO t VALUES (4)", "FLUSH BINARY LOGS");
            String last = database.rows(release.binlogStatusCommand()).get(0).get(0);
            // Files stay for a moment that a connection has read that was just closed.
            Conditions.await(Duration.ofSeconds(30), "binlogs before " + last + " are still there", () -> {
                database.execute("PURGE BINARY LOGS TO '" + last + "'");
                return database.rows("SHOW BINARY LOGS").get(0).get(0).equals(last);
            });
            StoredOffsets ofOther = new StoredOffsets();
            ofOther.store(partition, offsets.of(partition));
            database.execute("CREATE TABLE beside (id int PRIMARY KEY)");
            try (TaskRun run = TaskRun.start(
                    TaskRun.properties(database, Map.of("on.table.error", "retry"), "t", "beside"), ofOther)) {
                run.pollSnapshots(1);

                TableId table = new TableId(database.name(), "t");
                assertThat(run.metric(table, "binlog-purged")).isEqualTo(1);
                assertThat(run.metric(table, "binlog-purge-seconds")).isZero();
                assertThat(run.metric(new TableId(database.name(), "beside"), "binlog-purged"))
                        .isZero();
            }
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                assertThat(Replica.of(run.pollSnapshots(1)).texts()).containsExactly("1", "2", "3", "4");
                assertThat(run.metric(new TableId(database.name(), "t"), "binlog-purged"))
                        .isZero();
            }
        }
    }

    /** A table that has all needs nothing older than what is written now. */
    private static void awaitKept(TaskRun run, MySqlDatabase database) {
        TableId table = new TableId(database.name(), "t");
        long kept = Long.parseLong(database.value("SELECT @@global.binlog_expire_logs_seconds"));
        double expected = kept == 0 ? Double.POSITIVE_INFINITY : kept;
        Conditions.await(
                Duration.ofSeconds(30),
                () -> "kept for " + run.metric(table, "binlog-kept-seconds") + " s, purged in "
                        + run.metric(table, "binlog-purge-seconds") + " s",
                () -> run.metric(table, "binlog-kept-seconds") == expected
                        && run.metric(table, "binlog-purge-seconds") > Math.min(expected - 60, kept + 1.0)
                        && run.metric(table, "binlog-purged") == 0);
    }

    private static String whyStopped(StoredOffsets offsets, MySqlDatabase database, String table) {
        return String.valueOf(offsets.of(Map.of("table", "erp/" + database.name() + "." + table))
                .get("stopped.because"));
    }
}
