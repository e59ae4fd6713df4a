// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables whose columns nobody tells: the binlog does not name them, or no row has been written since a statement. */
class MySqlUntoldColumnsIT {

    private static final String SWAP =
            " CHANGE one two varchar(80) CHARACTER SET utf8mb4, CHANGE two one varchar(80)" + " CHARACTER SET utf8mb4";

    private static final String REORDER = " MODIFY one varchar(80) CHARACTER SET utf8mb4 AFTER two";

    static List<MySqlRelease> available() {
        return MySqlRelease.available();
    }

    /** The columns of the first copy hold until a statement alters the table, and two may lie ahead. */
    @ParameterizedTest
    @MethodSource("available")
    void tablesWhoseColumnsTheBinlogDoesNotNameAreCopiedAgainWhenTheyAreAltered(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            String usual = database.value("SELECT @@GLOBAL.binlog_row_metadata");
            database.execute(
                    "SET GLOBAL binlog_row_metadata = " + (release.isMariaDb() ? "NO_LOG" : "MINIMAL"),
                    "CREATE TABLE t (id int unsigned PRIMARY KEY, one varchar(80) CHARACTER SET utf8mb4, two varchar(80)"
                            + " CHARACTER SET utf8mb4, mood enum('a', 'b'), moods set('x', 'y', 'z'), price decimal(12,3),"
                            + " at datetime(3), code char(70) CHARACTER SET utf8mb4, raw varbinary(300), note text,"
                            + " flags bit(10), tiny tinyint unsigned, small smallint, medium mediumint, big bigint unsigned, single float,"
                            + " twice double(10,2), whole decimal(9,0), year year, day date, time time(6), stamp timestamp(4) NULL,"
                            + " fixed binary(16), latin varchar(9) CHARACTER SET latin1, tiny_text tinytext, medium_text"
                            + " mediumtext, long_text longtext, tiny_blob tinyblob, plain_blob blob, medium_blob mediumblob,"
                            + " long_blob longblob, doc json, shape geometry, place point, flag bit(1), wide bit(64),"
                            + " many set('1', '2', '3', '4', '5', '6', '7', '8', '9'), "
                            + switch (release) {
                                case MARIADB_11_4, MARIADB_10_11 -> "u uuid, i inet6)";
                                case MYSQL -> "v vector(3))";
                                case MYSQL_8_0 -> "v varbinary(12))";
                            },
                    "CREATE TABLE kept (id int PRIMARY KEY, one int, two int)",
                    "INSERT INTO t (id, one, two) VALUES (1, 'one', 'two')");
            StoredOffsets offsets = new StoredOffsets();
            Map<String, String> properties = TaskRun.properties(
                    database, Map.of("table." + database.name() + ".kept.on.table.replaced", "fail"), "t", "kept");
            try {
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    run.pollSnapshots(2);
                    database.execute(
                            "INSERT INTO t (id, one, two, mood, moods, price, at, code, raw, note, flags, tiny) VALUES"
                                    + " (4294967295, 'é', NULL, 'b', 'x,z', 1.5, '2026-01-31 12:00:00.5', 'c',"
                                    + " X'00FF', 'text', b'1000000001', 255)",
                            "UPDATE t SET two = 'changed' WHERE id = 1");
                    List<SourceRecord> records = run.pollUntil(
                            "two changes",
                            polled -> texts(ofTable(polled, database, "t")).contains("|changed|"));
                    assertThat(texts(ofTable(records, database, "t")))
                            .contains("4294967295|é|null|b|x,z|1.500|")
                            .contains("|text|")
                            .contains("|255|null|");
                    assertThat(records.stream()
                                    .filter(record -> RecordHeaders.begin(record.headers())
                                            .isPresent()))
                            .hasSize(2);
                }
                database.execute(
                        "UPDATE t SET one = 'before' WHERE id = 1",
                        "ALTER TABLE t ADD COLUMN more int DEFAULT 3",
                        "INSERT INTO t (id, one, two) VALUES (2, 'between one', 'between two')",
                        "ALTER TABLE t CHANGE one two varchar(80) CHARACTER SET utf8mb4, CHANGE two one varchar(80)"
                                + " CHARACTER SET utf8mb4",
                        "INSERT INTO t (id, one, two) VALUES (3, 'behind one', 'behind two')",
                        "DELETE FROM t WHERE id = 4294967295",
                        "ALTER TABLE kept ADD COLUMN three int",
                        "INSERT INTO kept VALUES (1, 1, 1, 1)");
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    run.pollUntil(
                            "the table as it is",
                            polled -> texts(ofTable(polled, database, "t"))
                                    .equals(String.join(
                                            "\n",
                                            database.rows("SELECT * FROM t ORDER BY id").stream()
                                                    .map(row -> String.join(
                                                            "|",
                                                            row.stream()
                                                                    .map(String::valueOf)
                                                                    .toList()))
                                                    .toList())));
                    database.execute("UPDATE t SET one = 'last' WHERE id = 2");
                    run.pollUntil(
                            "a change behind both statements",
                            polled -> texts(ofTable(polled, database, "t")).contains("2|between one|last|"));
                }
                assertThat(whyStopped(offsets, database, "kept"))
                        .contains("The binlog does not name its columns", "ALTER TABLE kept ADD COLUMN three int")
                        .contains("Set binlog_row_metadata=FULL");
            } finally {
                database.execute("SET GLOBAL binlog_row_metadata = " + usual);
            }
        }
    }

    /** The server may forget the setting when it starts again, and a renamed column is not another one. */
    @ParameterizedTest
    @MethodSource("available")
    void statementsThatNoRowHasFollowedAreKnownAfterARestart(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE renamed (id int PRIMARY KEY, name varchar(20), size int, code varchar(9))",
                    "INSERT INTO renamed VALUES (1, 'a', 5, 'x')",
                    swapped("again"),
                    "INSERT INTO again VALUES (1, 'one', 'two')",
                    swapped("kept"));
            Map<String, String> properties = TaskRun.properties(
                    database,
                    Map.of(
                            "table." + database.name() + ".kept.on.table.replaced",
                            "fail",
                            "heartbeat.interval.ms",
                            "1"),
                    "renamed",
                    "again",
                    "kept");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollSnapshots(3);
                database.execute(
                        "ALTER TABLE renamed CHANGE name title varchar(20), CHANGE id name int, DROP COLUMN size,"
                                + " CHANGE code size varchar(9)",
                        "ALTER TABLE again" + REORDER,
                        "ALTER TABLE kept" + REORDER);
                List<String> end = status(database);
                run.pollUntil(
                        "offsets behind the statements",
                        polled -> List.of("renamed", "again", "kept").stream()
                                .allMatch(table -> isAt(offsets, database, table, end)));
            }
            database.execute("INSERT INTO renamed VALUES (2, 'b', 'y')");
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> records = ofTable(
                        run.pollUntil(
                                "the row",
                                polled -> !ofTable(polled, database, "renamed").isEmpty()),
                        database,
                        "renamed");

                assertThat(RecordHeaders.schemaChanges(records.get(0).headers()))
                        .containsExactly(
                                new SchemaChange.Drop("size"),
                                new SchemaChange.Rename("name", "title"),
                                new SchemaChange.Rename("id", "name"),
                                new SchemaChange.Rename("code", "size"));
            }
            String usual = tellNoColumns(database);
            try {
                database.execute(
                        "INSERT INTO again (id, one, two) VALUES (2, 'behind one', 'behind two')",
                        "INSERT INTO kept (id, one, two) VALUES (2, 'behind one', 'behind two')");
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    run.pollUntil(
                            "the table as it is",
                            polled -> texts(ofTable(polled, database, "again"))
                                    .equals("1|two|one\n2|behind two|behind one"));
                    database.execute("UPDATE again SET one = 'last' WHERE id = 2");
                    List<SourceRecord> records = ofTable(
                            run.pollUntil(
                                    "a change behind the copy",
                                    polled -> texts(ofTable(polled, database, "again"))
                                            .contains("2|behind two|last")),
                            database,
                            "again");

                    assertThat(records.stream()
                                    .filter(record -> RecordHeaders.begin(record.headers())
                                            .isPresent()))
                            .hasSize(1);
                }
                assertThat(whyStopped(offsets, database, "kept"))
                        .contains("were altered since they were known")
                        .contains("Set binlog_row_metadata=FULL");
            } finally {
                database.execute("SET GLOBAL binlog_row_metadata = " + usual);
            }
        }
    }

    /** One after the other they cannot be renamed. */
    @ParameterizedTest
    @MethodSource("available")
    void tablesWhoseColumnsExchangeTheirNamesAreCopiedAgain(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(swapped("t"), "INSERT INTO t VALUES (1, 'one', 'two')");
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, Map.of(), "t"), new StoredOffsets())) {
                run.pollSnapshots(1);
                database.execute("ALTER TABLE t" + SWAP, "INSERT INTO t (id, one, two) VALUES (2, 'one', 'two')");
                List<SourceRecord> records = run.pollSnapshots(2);

                assertThat(texts(ofTable(records, database, "t"))).isEqualTo("1|one|two\n2|two|one");
            }
        }
    }

    static List<MySqlRelease> mariaDbs() {
        return available().stream().filter(MySqlRelease::isMariaDb).toList();
    }

    /** MariaDB writes such a statement as it was typed. */
    @ParameterizedTest
    @MethodSource("mariaDbs")
    void statementsWithVariablesOfTheirOwnAlterTheirTables(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY, name char(9))");
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, Map.of(), "t"), new StoredOffsets())) {
                run.pollSnapshots(1);
                database.execute(
                        "SET STATEMENT max_statement_time=30, sql_mode='' FOR ALTER TABLE t CHANGE name title char(9)",
                        "INSERT INTO t VALUES (1, 'a')",
                        "SET STATEMENT max_statement_time=30 FOR TRUNCATE TABLE t",
                        "INSERT INTO t VALUES (2, 'b')");
                List<SourceRecord> records = run.pollUntil(
                        "the row behind the truncate",
                        polled -> last(polled, database, "t").contains("id=2"));

                assertThat(RecordHeaders.schemaChanges(
                                records.get(records.size() - 3).headers()))
                        .containsExactly(new SchemaChange.Rename("name", "title"));
                assertThat(texts(ofTable(records, database, "t"))).isEqualTo("2|b");
            }
        }
    }

    /** What became of a table in what is purged is told by nobody but the catalog. */
    @ParameterizedTest
    @MethodSource("available")
    void tablesThatAreCopiedAgainBehindAGapAreReadAsTheyAreThen(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    swapped("purged"),
                    "INSERT INTO purged VALUES (1, 'one', 'two')",
                    "CREATE TABLE log (line int, one char(20), two char(20))",
                    "INSERT INTO log VALUES (1, 'one', 'two')");
            Map<String, String> properties = TaskRun.properties(
                    database, Map.of("binlog.purged.policy", "resnapshot", "no.key.policy", "append"), "purged", "log");
            StoredOffsets offsets = new StoredOffsets();
            String usual = tellNoColumns(database);
            try {
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    run.pollSnapshots(2);
                }
                offsets.cutCopy(partition(database, "log"));
                database.execute(
                        "ALTER TABLE purged" + SWAP + ", ADD COLUMN more int NOT NULL DEFAULT 7",
                        "UPDATE purged SET more = 8",
                        "ALTER TABLE log CHANGE one two char(20), CHANGE two one char(20)",
                        "FLUSH BINARY LOGS");
                purge(database);
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    run.pollSnapshots(2);
                    database.execute(
                            "INSERT INTO purged (id, one, two) VALUES (2, 'behind one', 'behind two')",
                            "INSERT INTO log (line, one, two) VALUES (2, 'behind one', 'behind two')");
                    List<SourceRecord> records = run.pollUntil(
                            "both rows",
                            polled -> last(polled, database, "purged").contains("behind")
                                    && last(polled, database, "log").contains("behind"));

                    assertThat(texts(ofTable(records, database, "purged")))
                            .isEqualTo("1|one|two|8\n2|behind two|behind one|7");
                    assertThat(last(records, database, "log"))
                            .isEqualTo("Struct{line=2,two=behind two,one=behind one}");
                }
            } finally {
                database.execute("SET GLOBAL binlog_row_metadata = " + usual);
            }
        }
    }

    /** A copy in one piece may see more than the stream has brought. */
    @ParameterizedTest
    @MethodSource("available")
    void copiesInOnePieceAreOfTheColumnsThatTheySee(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            String xid = "'" + database.name() + "'";
            database.execute(
                    "CREATE TABLE log (line int, one char(20), two char(20))",
                    "INSERT INTO log VALUES (1, 'one', 'two')",
                    "CREATE TABLE other (id int PRIMARY KEY)",
                    "XA START " + xid + "; INSERT INTO other VALUES (1); XA END " + xid + "; XA PREPARE " + xid);
            Map<String, String> properties = TaskRun.properties(database, Map.of("no.key.policy", "append"), "log");
            StoredOffsets offsets = new StoredOffsets();
            String usual = tellNoColumns(database);
            try {
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    run.pollSnapshots(1);
                }
                // Nobody has read what is committed, so that a copy begins there.
                database.execute(
                        "XA COMMIT " + xid,
                        "ALTER TABLE log CHANGE one two char(20), CHANGE two one char(20), ADD COLUMN more int NOT NULL"
                                + " DEFAULT 7",
                        "UPDATE log SET more = 8");
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    run.pollUntil(
                            "the row as it is",
                            polled -> polled.stream().anyMatch(TaskRun::isEnd)
                                    && last(polled, database, "log").endsWith(",more=8}"));
                    database.execute("INSERT INTO log (line, one, two) VALUES (2, 'behind one', 'behind two')");
                    List<SourceRecord> records = run.pollUntil(
                            "the row behind the copy",
                            polled -> last(polled, database, "log").contains("behind"));

                    assertThat(last(records, database, "log"))
                            .isEqualTo("Struct{line=2,two=behind two,one=behind one,more=7}");
                }
            } finally {
                database.execute("SET GLOBAL binlog_row_metadata = " + usual);
            }
        }
    }

    private static void purge(MySqlDatabase database) {
        String file = status(database).get(0);
        // Files stay for a moment that a connection has read that was just closed.
        Conditions.await(Duration.ofSeconds(30), "binlogs before " + file + " are still there", () -> {
            database.execute("PURGE BINARY LOGS TO '" + file + "'");
            return database.rows("SHOW BINARY LOGS").get(0).get(0).equals(file);
        });
    }

    private static String last(List<SourceRecord> records, MySqlDatabase database, String table) {
        List<SourceRecord> ofTable = ofTable(records, database, table);
        return ofTable.isEmpty() ? "" : String.valueOf(TaskRun.after(ofTable.get(ofTable.size() - 1)));
    }

    private static String swapped(String table) {
        return "CREATE TABLE " + table + " (id int PRIMARY KEY, one varchar(80) CHARACTER SET utf8mb4, two varchar(80)"
                + " CHARACTER SET utf8mb4)";
    }

    /** What the server was set to before. */
    private static String tellNoColumns(MySqlDatabase database) {
        String usual = database.value("SELECT @@GLOBAL.binlog_row_metadata");
        database.execute("SET GLOBAL binlog_row_metadata = "
                + (database.server().release().isMariaDb() ? "NO_LOG" : "MINIMAL"));
        return usual;
    }

    /** The file of the binlog and the place in it where it ends. */
    private static List<String> status(MySqlDatabase database) {
        return database.rows(database.server().release().binlogStatusCommand())
                .get(0)
                .subList(0, 2);
    }

    private static boolean isAt(StoredOffsets offsets, MySqlDatabase database, String table, List<String> place) {
        Map<String, Object> offset = offsets.of(partition(database, table));
        return place.equals(List.of(String.valueOf(offset.get("file")), String.valueOf(offset.get("pos"))));
    }

    private static Map<String, String> partition(MySqlDatabase database, String table) {
        return Map.of("table", "erp/" + database.name() + "." + table);
    }

    private static String texts(List<SourceRecord> records) {
        return String.join("\n", Replica.of(records).texts());
    }

    private static String whyStopped(StoredOffsets offsets, MySqlDatabase database, String table) {
        return String.valueOf(offsets.of(partition(database, table)).get("stopped.because"));
    }

    private static List<SourceRecord> ofTable(List<SourceRecord> records, MySqlDatabase database, String table) {
        return TaskRun.ofTopic(records, "erp." + database.name() + "." + table);
    }
}
