// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tablecast.contract.offset.BinlogOffset;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Role;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What statements in the binlog mean for tables: their columns, and rows of which no row event tells. */
class BinlogStatementsIT {

    private static final String LAST = "the last row";

    static List<MySqlRelease> available() {
        return MySqlRelease.available();
    }

    @ParameterizedTest
    @MethodSource("available")
    void columnsKeepTheirValuesWhenOnlyTheCaseOfTheirNamesChanges(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute("CREATE TABLE items (id int PRIMARY KEY, name varchar(20), size int, dull int)");
            try (TaskRun run = TaskRun.start(
                    TaskRun.properties(database, Map.of("snapshot.mode", "no_data"), "items"), new StoredOffsets())) {
                run.pollUntil("a heartbeat", records -> !records.isEmpty());
                database.execute(
                        "ALTER TABLE items CHANGE NAME Name varchar(20), MODIFY SIZE bigint",
                        "ALTER TABLE items DROP COLUMN dull, ADD COLUMN Dull int",
                        "INSERT INTO items VALUES (1, '" + LAST + "', 2, 3)");
                List<SourceRecord> records = dataOf(run.pollUntil(LAST, BinlogStatementsIT::hasLast));

                assertThat(RecordHeaders.schemaChanges(records.get(0).headers()))
                        .contains(
                                new SchemaChange.Rename("name", "Name"),
                                new SchemaChange.Rename("size", "SIZE"),
                                new SchemaChange.Drop("dull"));
                assertThat(records).hasSize(1);
            }
        }
    }

    /** The default of a session's isolation and the limits of its queries are the server's. */
    @ParameterizedTest
    @MethodSource("available")
    void copiesHoldWhatIsCommittedWhateverSessionsOfTheServerAreLike(MySqlRelease release) throws SQLException {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase();
                Connection other = database.connection();
                Statement open = other.createStatement()) {
            database.execute(
                    "CREATE TABLE orders (id int PRIMARY KEY)",
                    "INSERT INTO orders VALUES (1), (2), (3)",
                    "CREATE TABLE log (line int)",
                    "INSERT INTO log VALUES (1), (2), (3)");
            open.execute("START TRANSACTION");
            open.execute("INSERT INTO orders VALUES (4)");
            open.execute("INSERT INTO log VALUES (4)");
            String isolation = release == MySqlRelease.MARIADB_10_11 ? "tx_isolation" : "transaction_isolation";
            Map<String, String> properties = TaskRun.properties(
                    database,
                    Map.of(
                            "no.key.policy",
                            "append",
                            "connection.properties.sessionVariables",
                            isolation + "='READ-UNCOMMITTED',sql_select_limit=2"),
                    "orders",
                    "log");
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                List<SourceRecord> records = run.pollSnapshots(2);
                open.execute("ROLLBACK");

                assertThat(Replica.of(ofTable(records, database, "orders")).texts())
                        .containsExactly("1", "2", "3");
                assertThat(ofTable(records, database, "log").stream()
                                .filter(record -> TaskRun.envelope(record).getStruct("after") != null)
                                .map(record -> TaskRun.after(record).getInt32("line")))
                        .containsExactly(1, 2, 3);
            }
        }
    }

    /** Rows are held in memory until their chunk is sent. */
    @ParameterizedTest
    @MethodSource("available")
    void chunksOfLongRowsHoldFewOfThem(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE documents (id int PRIMARY KEY, text longtext)",
                    "INSERT INTO documents WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n"
                            + " WHERE i < 25) SELECT i, REPEAT('x', 1000000) FROM n");
            try (TaskRun run =
                    TaskRun.start(TaskRun.properties(database, Map.of(), "documents"), new StoredOffsets())) {
                List<SourceRecord> records = run.pollSnapshots(1);

                assertThat(Replica.of(records).size()).isEqualTo(25);
                assertThat(records.stream()
                                .map(record -> BinlogOffset.of(record.sourceOffset()).copy())
                                .filter(copy -> copy.isPresent() && copy.get().hasProgress())
                                .distinct())
                        .as("chunks before the last one")
                        .hasSizeBetween(2, 4);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void emptyTableWithoutAKeyEndsItsCopyAlsoWithoutTruncates(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute("CREATE TABLE log (line int)");
            Map<String, String> properties = TaskRun.properties(
                    database, Map.of("no.key.policy", "append", "skip.operations", "t"), "log");
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                assertThat(run.pollSnapshots(1)).singleElement().satisfies(both -> assertThat(
                                RecordHeaders.begin(both.headers()))
                        .isPresent());
                database.execute("INSERT INTO log VALUES (1)");
                run.pollUntil(
                        "the row",
                        records -> records.stream().anyMatch(record -> text(record).equals("c 1")));
            }
        }
    }

    /** Applications create their tables when they start, if they are missing. */
    @ParameterizedTest
    @MethodSource("available")
    void tableThatWasDroppedIsAnotherOneLaterAlsoBehindARestart(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE other (id int PRIMARY KEY)");
            database.execute("INSERT INTO t VALUES (1), (2)");
            Map<String, String> properties =
                    TaskRun.properties(database, Map.of("heartbeat.interval.ms", "1"), "t", "other");
            Map<String, String> partition = Map.of("table", "erp/" + database.name() + ".t");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollSnapshots(2);
                database.execute("DROP TABLE t", "INSERT INTO other VALUES (1)");
                BinlogOffset before = BinlogOffset.of(offsets.of(partition));
                run.pollUntil(
                        "an offset behind the table's end",
                        records -> records.stream().anyMatch(record -> text(record).equals("c 1"))
                                && BinlogOffset.of(offsets.of(partition)).position() > before.position()
                                && BinlogOffset.of(offsets.of(partition)).position()
                                        >= BinlogOffset.of(offsets.of(
                                                        Map.of("table", "erp/" + database.name() + ".other")))
                                                .position());
            }
            database.execute("CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY)", "INSERT INTO t VALUES (3)");
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> records = run.pollSnapshots(1);

                assertThat(Replica.of(ofTable(records, database, "t")).texts()).containsExactly("3");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void copyOfATableThatTheUserMayNotReadAnyMoreStopsAndIsNotForgotten(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            Role user = database.createUser("reader");
            database.execute(
                    "CREATE TABLE items (id int PRIMARY KEY)",
                    "INSERT INTO items WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                            + " SELECT i FROM n",
                    "CREATE TABLE good (id int PRIMARY KEY)",
                    "GRANT SELECT ON items TO '" + user.name() + "'@'%'",
                    "GRANT SELECT ON good TO '" + user.name() + "'@'%'",
                    "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO '" + user.name() + "'@'%'");
            Map<String, String> properties = TaskRun.properties(
                    database,
                    Map.of(
                            "snapshot.chunk.rows",
                            "1",
                            "connection.user",
                            user.name(),
                            "connection.password",
                            user.password()),
                    "items",
                    "good");
            Map<String, String> partition = Map.of("table", "erp/" + database.name() + ".items");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollUntil("some rows", records -> records.size() > 20);
                database.execute("REVOKE SELECT ON items FROM '" + user.name() + "'@'%'");
                run.pollUntil(
                        "the end of the copy",
                        records -> !"copying".equals(offsets.of(partition).get("state")));

                assertThat(offsets.of(partition)).containsEntry("state", "stopped");
                assertThat(offsets.of(partition).get("stopped.because").toString())
                        .contains("GRANT SELECT ON " + database.name() + ".items TO the user");
            }
        }
    }

    /** Nothing but the catalog tells of the columns: no row is written behind the statements. */
    @ParameterizedTest
    @MethodSource("available")
    void copyThatIsInterruptedReadsRowsAsTheTableIsByThen(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            String rows = " WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i, ";
            database.execute(
                    "CREATE TABLE items (id int PRIMARY KEY, name varchar(20) CHARACTER SET latin1,"
                            + " kind ENUM('a', 'b'), price decimal(6,2))",
                    "INSERT INTO items" + rows + "'Größe', IF(i % 2, 'a', 'b'), i / 4 FROM n");
            Map<String, String> properties = TaskRun.properties(database, Map.of("snapshot.chunk.rows", "1"), "items");
            StoredOffsets offsets = new StoredOffsets();
            List<SourceRecord> records = new ArrayList<>();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                records.addAll(run.pollUntil("some rows", polled -> polled.size() > 20));
            }
            database.execute(
                    "ALTER TABLE items CONVERT TO CHARACTER SET utf8mb4",
                    "ALTER TABLE items MODIFY kind ENUM('b', 'a')",
                    "ALTER TABLE items MODIFY price decimal(8,4)",
                    "SET SESSION sql_log_bin = 0; UPDATE items SET price = price + 0.0001 WHERE id = 900");
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> rest = dataOf(run.pollSnapshots(1));
                records.addAll(rest);

                assertThat(database.column("SELECT CONCAT_WS('|', id, name, kind, price) FROM items"))
                        .containsAll(Replica.of(rest).texts());
                assertThat(Replica.of(rest).texts()).contains("900|Größe|b|225.0001");
                assertThat(Replica.of(records).size()).isEqualTo(900);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void rowsToWhichStatementsGiveValuesOfTheirOwnAreCopiedAgain(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE made (id int PRIMARY KEY, a int)",
                    "INSERT INTO made VALUES (1, 10)",
                    "CREATE TABLE dated (id int PRIMARY KEY)",
                    "INSERT INTO dated VALUES (1)",
                    "CREATE TABLE numbered (id varchar(20) PRIMARY KEY)",
                    "INSERT INTO numbered VALUES ('x')",
                    "CREATE TABLE shifted (id int PRIMARY KEY, at timestamp NULL)",
                    "INSERT INTO shifted VALUES (1, '2026-06-01 12:00:00')",
                    "CREATE TABLE kept (id int PRIMARY KEY, name varchar(20) CHARACTER SET utf8mb3, kind ENUM('a'),"
                            + " size int, price decimal(6,2), at datetime)",
                    "INSERT INTO kept VALUES (1, 'x', 'a', 1, 2, '2026-06-01 12:00:00')");
            try (TaskRun run = TaskRun.start(
                    TaskRun.properties(database, Map.of(), "made", "dated", "numbered", "shifted", "kept"),
                    new StoredOffsets())) {
                run.pollSnapshots(5);
                run.forget();
                database.execute(
                        "ALTER TABLE made ADD COLUMN b int AS (a * 2) STORED",
                        "INSERT INTO made (id, a) VALUES (2, 20)",
                        "ALTER TABLE dated ADD COLUMN at datetime(6) DEFAULT CURRENT_TIMESTAMP(6)",
                        "INSERT INTO dated (id) VALUES (2)",
                        "ALTER TABLE numbered ADD COLUMN n bigint NOT NULL UNIQUE AUTO_INCREMENT",
                        "INSERT INTO numbered (id) VALUES ('y')",
                        "SET SESSION time_zone = '+05:00'; ALTER TABLE shifted MODIFY at datetime",
                        "INSERT INTO shifted VALUES (2, NULL)",
                        "ALTER TABLE kept MODIFY name varchar(40) CHARACTER SET utf8mb4 NOT NULL,"
                                + " MODIFY kind ENUM('a', 'b'), MODIFY size bigint, MODIFY price decimal(9,4),"
                                + " MODIFY at datetime(3), ADD COLUMN more varchar(9) DEFAULT 'x'",
                        "INSERT INTO kept (id, name) VALUES (2, '" + LAST + "')");
                List<SourceRecord> records = run.pollUntil(
                        "four copies and the last row",
                        polled -> hasLast(polled)
                                && polled.stream().filter(TaskRun::isEnd).count() >= 4);

                assertThat(Replica.of(ofTable(records, database, "made")).texts())
                        .containsExactly("1|10|20", "2|20|40");
                assertThat(Replica.of(ofTable(records, database, "dated")).size())
                        .isEqualTo(2);
                assertThat(Replica.of(ofTable(records, database, "numbered")).texts())
                        .containsExactlyElementsOf(database.column("SELECT CONCAT_WS('|', id, n) FROM numbered"));
                assertThat(Replica.of(ofTable(records, database, "shifted")).size())
                        .isEqualTo(2);
                assertThat(ofTable(records, database, "kept").stream().map(BinlogStatementsIT::text))
                        .containsExactly("c 2");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void statementsOfMariaDbThatMoveRowsHaveThemCopiedAgain(MySqlRelease release) {
        assumeThat(release.isMariaDb()).as("a MariaDB").isTrue();
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute(
                    "CREATE TABLE doubled (id int PRIMARY KEY, a int)",
                    "INSERT INTO doubled VALUES (1, 1), (2, 1)",
                    "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id)"
                            + " (PARTITION low VALUES LESS THAN (100), PARTITION high VALUES LESS THAN (200))",
                    "INSERT INTO parted VALUES (1), (101)",
                    "CREATE TABLE refused (id int PRIMARY KEY, a int, b int)",
                    "INSERT INTO refused VALUES (1, 1, 1), (2, 1, 1)");
            try (TaskRun run = TaskRun.start(
                    TaskRun.properties(database, Map.of(), "doubled", "parted", "refused"), new StoredOffsets())) {
                run.pollSnapshots(3);
                run.forget();
                database.execute(
                        "ALTER IGNORE TABLE doubled ADD UNIQUE KEY (a)",
                        "ALTER TABLE parted CONVERT PARTITION low TO TABLE pieces");
                database.execute("SET SESSION binlog_alter_two_phase = 1, sql_mode = '';"
                        + " ALTER TABLE refused RENAME COLUMN IF EXISTS nothing TO a,"
                        + " RENAME COLUMN IF EXISTS b TO c, ALGORITHM=COPY");
                assertThat(refused(database)).isTrue();
                database.execute("INSERT INTO refused VALUES (3, 1, 1)");
                List<SourceRecord> records = run.pollUntil(
                        "two copies and a row",
                        polled -> polled.stream().filter(TaskRun::isEnd).count() >= 2
                                && polled.stream().anyMatch(record -> text(record).equals("c 3")));

                assertThat(Replica.of(ofTable(records, database, "doubled")).texts())
                        .containsExactly("1|1");
                assertThat(Replica.of(ofTable(records, database, "parted")).texts())
                        .containsExactly("101");
                List<SourceRecord> refused = ofTable(records, database, "refused");
                assertThat(refused.stream().map(BinlogStatementsIT::text)).containsExactly("c 3");
                assertThat(RecordHeaders.schemaChanges(refused.get(0).headers()))
                        .containsExactly(new SchemaChange.Rename("b", "c"));
            }
        }
    }

    /** Begins a change in two phases that is rolled back, because two rows are alike. */
    private static boolean refused(MySqlDatabase database) {
        try {
            database.execute("SET SESSION binlog_alter_two_phase = 1; ALTER TABLE refused RENAME COLUMN c TO d,"
                    + " ADD UNIQUE KEY (a), ALGORITHM=COPY");
            return false;
        } catch (IllegalStateException duplicates) {
            return true;
        }
    }

    /** The binlog holds statements as clients have sent them. */
    @ParameterizedTest
    @MethodSource("available")
    void statementsAreReadInTheCharacterSetOfTheirClient(MySqlRelease release) throws SQLException {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase();
                Connection client = DriverManager.getConnection(
                        database.jdbcUrl() + "?characterEncoding=ISO-8859-1", database.user(), database.password());
                Statement statement = client.createStatement()) {
            database.execute("CREATE TABLE größe (id int PRIMARY KEY, größe int)");
            try (TaskRun run =
                    TaskRun.start(TaskRun.properties(database, Map.of(), "größe"), new StoredOffsets())) {
                run.pollSnapshots(1);
                run.forget();
                statement.execute("SET sql_mode = 'ANSI_QUOTES'");
                statement.execute("ALTER TABLE \"größe\" CHANGE \"größe\" \"länge\" int");
                statement.execute("TRUNCATE TABLE \"größe\"");
                statement.execute("INSERT INTO größe VALUES (7, 1)");
                List<SourceRecord> records = dataOf(run.pollUntil(
                        "the row", polled -> polled.stream().anyMatch(record -> text(record).equals("c 7"))));

                assertThat(records.stream().map(BinlogStatementsIT::text)).containsExactly("t", "c 7");
                assertThat(RecordHeaders.schemaChanges(records.get(1).headers()))
                        .containsExactly(new SchemaChange.Rename("größe", "länge"));
            }
        }
    }

    private static List<SourceRecord> dataOf(List<SourceRecord> records) {
        return records.stream()
                .filter(record -> !record.topic().startsWith("__"))
                .toList();
    }

    private static boolean hasLast(List<SourceRecord> records) {
        return records.stream().anyMatch(record -> String.valueOf(record.value()).contains(LAST));
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
        Object first = TaskRun.envelope(record).getStruct("after") == null
                ? null
                : TaskRun.after(record).get(TaskRun.after(record).schema().fields().get(0));
        return first == null ? operation : operation + " " + first;
    }
}
