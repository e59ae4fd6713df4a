// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What settings of single tables do, and what becomes of tables that cannot be read, or are other ones than before. */
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
                assertThat(parts.stream().map(MySqlTablesIT::text).toList()).containsExactly("r aaa", "c ccc", "c ddd");
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

    @ParameterizedTest
    @MethodSource("available")
    void tablesThatAreOtherOnesThanBeforeAreCopiedAgainUnlessToldOtherwise(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE online (id int PRIMARY KEY, name varchar(20))",
                    "INSERT INTO online VALUES (1, 'a')",
                    "CREATE TABLE ignored (id int PRIMARY KEY)",
                    "INSERT INTO ignored VALUES (1)",
                    "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id)"
                            + " (PARTITION low VALUES LESS THAN (100), PARTITION high VALUES LESS THAN (200))",
                    "INSERT INTO parted VALUES (1), (101)",
                    "CREATE TABLE keyed (a int PRIMARY KEY, b int NOT NULL)",
                    "INSERT INTO keyed VALUES (1, 7)");
            Map<String, String> properties = TaskRun.properties(
                    database,
                    Map.of("table." + database.name() + ".ignored.on.table.replaced", "ignore"),
                    "online",
                    "ignored",
                    "parted",
                    "keyed");
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                run.pollSnapshots(4);
                run.forget();
                // As gh-ost and pt-online-schema-change do it: fill a shadow table, then exchange the names.
                database.execute(
                        "CREATE TABLE _online_new LIKE online",
                        "ALTER TABLE _online_new ADD COLUMN size int DEFAULT 9",
                        "INSERT INTO _online_new (id, name) SELECT id, name FROM online",
                        "CREATE TRIGGER t AFTER INSERT ON online FOR EACH ROW"
                                + " REPLACE INTO _online_new (id, name) VALUES (NEW.id, NEW.name)",
                        "INSERT INTO online VALUES (2, 'b')",
                        "DROP TRIGGER t",
                        "RENAME TABLE online TO _online_old, _online_new TO online",
                        "DROP TABLE _online_old",
                        "CREATE TABLE IF NOT EXISTS online (id int)",
                        "DROP TABLE ignored",
                        "CREATE TABLE IF NOT EXISTS ignored (id int PRIMARY KEY)",
                        "INSERT INTO ignored VALUES (5)",
                        "ALTER TABLE parted DROP PARTITION low",
                        "ALTER TABLE keyed DROP PRIMARY KEY, ADD PRIMARY KEY (b)");
                List<SourceRecord> records = run.pollSnapshots(3);

                assertThat(Replica.of(ofTable(records, database, "online")).texts())
                        .containsExactly("1|a|9", "2|b|9");
                assertThat(ofTable(records, database, "ignored").stream().map(MySqlTablesIT::text))
                        .containsExactly("c 5");
                assertThat(Replica.of(ofTable(records, database, "parted")).texts())
                        .contains("101");
                assertThat(ofTable(records, database, "parted").stream()
                                .filter(record ->
                                        RecordHeaders.begin(record.headers()).isPresent()))
                        .hasSize(1);
                assertThat(ofTable(records, database, "keyed").stream()
                                .filter(record -> record.key() != null)
                                .map(record -> record.key().toString()))
                        .containsOnly("Struct{b=7}");
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
                    database.execute("SET SESSION binlog_transaction_compression = ON; " + change
                            + "packed SET doc = JSON_REPLACE(doc, '$.b', 2)");
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
    void tablesWithoutAKeyAreCopiedAtOnceAndTheirRowsComeWithoutOne(MySqlRelease release) throws Exception {
        ExecutorService writer = Executors.newSingleThreadExecutor();
        AtomicBoolean isOver = new AtomicBoolean();
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE log (line int, note varchar(20))",
                    "INSERT INTO log WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                            + " SELECT i, 'copied' FROM n",
                    "CREATE TABLE empty_log (line int)");
            Map<String, String> properties =
                    TaskRun.properties(database, Map.of("no.key.policy", "append"), "log", "empty_log");
            Future<?> writing = writer.submit(() -> {
                for (int line = 1_000; !isOver.get(); line++) {
                    database.execute("INSERT INTO log VALUES (" + line + ", 'written')");
                }
            });
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollSnapshots(2);
                isOver.set(true);
                writing.get();
                database.execute(
                        "UPDATE log SET note = 'changed' WHERE line = 7",
                        "DELETE FROM log WHERE line = 8",
                        "INSERT INTO log VALUES (5000, 'last')");
                List<SourceRecord> records = ofTable(
                        run.pollUntil(
                                "the last row",
                                polled -> polled.stream()
                                        .anyMatch(record -> text(record).equals("c 5000"))),
                        database,
                        "log");

                assertThat(records)
                        .allSatisfy(record -> assertThat(record.key()).isNull());
                List<SourceRecord> rows = records.stream()
                        .filter(record ->
                                text(record).startsWith("r ") || text(record).startsWith("c "))
                        .toList();
                assertThat(rows.stream()
                                .map(record -> TaskRun.after(record).get("line").toString()))
                        .as("every row once")
                        .doesNotHaveDuplicates()
                        .containsAll(database.column("SELECT line FROM log"));
                assertThat(records.stream().map(MySqlTablesIT::text)).endsWith("u 7", "d", "c 5000");
                assertThat(RecordHeaders.begin(records.get(0).headers()))
                        .hasValueSatisfying(
                                begin -> assertThat(begin.interleaved()).isFalse());
            }
            database.execute("INSERT INTO log VALUES (6000, 'after a restart')");
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> records = run.pollUntil(
                        "the row",
                        polled ->
                                polled.stream().anyMatch(record -> text(record).equals("c 6000")));
                assertThat(ofTable(records, database, "log").stream().map(MySqlTablesIT::text))
                        .containsExactly("c 6000");
            }
        } finally {
            isOver.set(true);
            writer.shutdownNow();
        }
    }

    /** What is read again is another snapshot, and must not be taken for the rest of the first one. */
    @ParameterizedTest
    @MethodSource("available")
    void copyWithoutAKeyThatIsCutBeginsAsAnotherOne(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE log (line int, note varchar(300))",
                    "INSERT INTO log WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                            + " SELECT i, REPEAT('x', 300) FROM n",
                    "INSERT INTO log SELECT line + 1000, note FROM log",
                    "INSERT INTO log SELECT line + 2000, note FROM log",
                    "INSERT INTO log SELECT line + 4000, note FROM log",
                    "INSERT INTO log SELECT line + 8000, note FROM log",
                    "INSERT INTO log SELECT line + 16000, note FROM log");
            Map<String, String> properties = TaskRun.properties(database, Map.of("no.key.policy", "append"), "log");
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                String first = RecordHeaders.begin(run.pollUntil("some rows", polled -> polled.size() > 100)
                                .get(0)
                                .headers())
                        .orElseThrow()
                        .id();
                database.column("SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT%`log`%'"
                                + " AND id <> CONNECTION_ID()")
                        .forEach(session -> database.execute("KILL " + session));
                database.execute("DELETE FROM log WHERE line <= 100");

                List<SourceRecord> records = run.pollUntil(
                        "the end of a copy", polled -> polled.stream().anyMatch(TaskRun::isEnd));

                int begin = records.size() - 1;
                while (RecordHeaders.begin(records.get(begin).headers()).isEmpty()) {
                    begin--;
                }
                assertThat(RecordHeaders.begin(records.get(begin).headers())
                                .orElseThrow()
                                .id())
                        .isNotEqualTo(first);
                assertThat(records.subList(begin, records.size()).stream()
                                .map(MySqlTablesIT::text)
                                .filter(text -> text.startsWith("r ")))
                        .hasSize((int) database.number("SELECT COUNT(*) FROM log"));
            }
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
                assertThat(ofTable(records, two, "t").stream().map(MySqlTablesIT::text))
                        .endsWith("r 2", "c 4", "t");
            }
        }
    }

    /** Each of these has stopped some replicator. */
    @ParameterizedTest
    @MethodSource("available")
    void statementsOfEveryKindLeaveTheStreamAlone(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY, name varchar(20) COMMENT 'it''s \"q\" -- #')");
            Map<String, String> properties = TaskRun.properties(database, Map.of(), "t");
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                run.pollSnapshots(1);
                run.forget();
                database.execute(
                        "CREATE VIEW v AS SELECT * FROM t",
                        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.name = NEW.name; END",
                        "CREATE FUNCTION f() RETURNS int DETERMINISTIC NO SQL RETURN 1",
                        "CREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (1, 'by a procedure'); END",
                        "CALL p()",
                        "ANALYZE TABLE t",
                        "OPTIMIZE TABLE t",
                        "CREATE TABLE `with-dash` LIKE t",
                        "CREATE TABLE copied AS SELECT * FROM t",
                        "INSERT INTO t SELECT 2, name FROM copied",
                        "CREATE TABLE gen (a int, b int AS (a + 1) STORED, c datetime(6) DEFAULT CURRENT_TIMESTAMP(6),"
                                + " d int REFERENCES t (id) ON DELETE SET NULL)",
                        "ALTER TABLE t ENGINE=InnoDB",
                        "ALTER TABLE t ALTER COLUMN name SET DEFAULT 'x', ALGORITHM=INPLACE, LOCK=NONE",
                        "ALTER TABLE t ADD COLUMN a int, ADD COLUMN b int DEFAULT 3, ADD INDEX i (a), ADD UNIQUE u (a)",
                        "CREATE INDEX j ON t (a)",
                        "DROP INDEX j ON t",
                        "ALTER TABLE t DROP INDEX u, RENAME COLUMN a TO aa /* multi\nline */, MODIFY b bigint # end",
                        "DROP TABLE copied, gen",
                        "START TRANSACTION; SAVEPOINT s; INSERT INTO t (id) VALUES (50); ROLLBACK TO s;"
                                + " INSERT INTO t (id) VALUES (51); SAVEPOINT u; COMMIT",
                        "DROP PROCEDURE p",
                        "DROP FUNCTION f",
                        "DROP TRIGGER tr",
                        "DROP VIEW v",
                        "INSERT INTO t VALUES (99, 'end', 1, 2)");
                List<SourceRecord> records = run.pollUntil(
                        "the last row",
                        polled ->
                                polled.stream().anyMatch(record -> text(record).equals("c 99")));

                assertThat(ofTable(records, database, "t").stream().map(MySqlTablesIT::text))
                        .containsExactly("c 1", "c 2", "c 51", "c 99");
                assertThat(TaskRun.after(records.get(records.size() - 1)).schema().fields().stream()
                                .map(Field::name))
                        .containsExactly("id", "name", "aa", "b");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void readingBeginsAtAPlaceThatIsSentAndPurgedTablesAreCopiedAgain(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            List<String> status = database.rows(release.isMariaDb() ? "SHOW MASTER STATUS" : "SHOW BINARY LOG STATUS")
                    .get(0);
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

                assertThat(ofTable(records, database, "t").stream().map(MySqlTablesIT::text))
                        .containsExactly("c 2", "c 3");
                awaitKept(run, database);
            }
            database.execute("INSERT INTO t VALUES (4)", "FLUSH BINARY LOGS");
            String last = database.rows(release.isMariaDb() ? "SHOW MASTER STATUS" : "SHOW BINARY LOG STATUS")
                    .get(0)
                    .get(0);
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

    private static List<SourceRecord> ofTable(List<SourceRecord> records, MySqlDatabase database, String table) {
        return TaskRun.ofTopic(records, "erp." + database.name() + "." + table);
    }

    /** The operation and the first column of the row. */
    private static String text(SourceRecord record) {
        if (record.value() == null || record.topic().startsWith("__")) {
            return "nothing";
        }
        String operation = TaskRun.envelope(record).getString("op");
        return TaskRun.envelope(record).getStruct("after") == null
                ? operation
                : operation + " "
                        + TaskRun.after(record)
                                .get(TaskRun.after(record).schema().fields().get(0));
    }
}
