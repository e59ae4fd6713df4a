// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static io.tablecast.source.BinlogRecords.LAST;
import static io.tablecast.source.BinlogRecords.haveLast;
import static io.tablecast.source.BinlogRecords.ofTable;
import static io.tablecast.source.BinlogRecords.text;
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
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What statements in the binlog mean for the rows of tables where no row event tells. */
class BinlogStatementsIT {

    static List<MySqlServer> servers() {
        return BinlogServers.all();
    }

    static List<MySqlRelease> available() {
        return MySqlRelease.available();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void emptyTableEndsItsCopyAndARenamedOneIsCopiedAgain(MySqlServer server) {
        try (MySqlDatabase database = server.createDatabase()) {
            Role user = database.createUser("reader");
            database.execute(
                    "CREATE TABLE live (id int PRIMARY KEY)",
                    "GRANT SELECT ON * TO '" + user.name() + "'@'%'",
                    "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO '" + user.name() + "'@'%'");
            Map<String, String> properties = TaskRun.properties(
                    database, Map.of("connection.user", user.name(), "connection.password", user.password()), "live");
            if (server.equals(BinlogServers.withoutGtids())) {
                String statement = "GRANT SELECT ON performance_schema.metadata_locks TO '" + user.name() + "'@'%'";
                assertThat(new MySqlSourceConnector().validate(properties).configValues())
                        .flatExtracting(ConfigValue::errorMessages)
                        .contains(
                                "Copies of a server without GTIDs are read by the locks of tables' names, which the user"
                                        + " may not see. " + statement + ", or set gtid_mode=ON.");
                database.execute(statement);
            }
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                run.pollSnapshots(1);
                database.execute(
                        "CREATE TABLE shadow (id int PRIMARY KEY, more int)",
                        "INSERT INTO shadow VALUES (1, 1), (2, 2)",
                        "RENAME TABLE live TO gone, shadow TO live");
                List<SourceRecord> records = run.pollSnapshots(2);

                assertThat(Replica.of(records).texts()).containsExactly("1|1", "2|2");
            }
        }
    }

    /** What a statement has made of its table cannot be looked at while somebody has it locked. */
    @Test
    void tableThatIsLockedBehindAStatementKeepsNoOtherFromBeingRead() throws SQLException {
        assumeThat(MySqlRelease.MYSQL.isAvailable()).as("a real MySQL").isTrue();
        try (MySqlDatabase database = MySqlServer.shared(MySqlRelease.MYSQL).createDatabase();
                Connection other = database.connection();
                Statement locking = other.createStatement()) {
            database.execute(
                    "CREATE TABLE indexed (a int PRIMARY KEY, b int)",
                    "INSERT INTO indexed VALUES (1, 7)",
                    "CREATE TABLE keyed (a int PRIMARY KEY, b int NOT NULL)",
                    "INSERT INTO keyed VALUES (1, 7)",
                    "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id)"
                            + " (PARTITION low VALUES LESS THAN (100), PARTITION high VALUES LESS THAN (200))",
                    "INSERT INTO parted VALUES (1), (101)",
                    "CREATE TABLE orders (id int PRIMARY KEY, note text)");
            try (TaskRun run = TaskRun.start(
                    TaskRun.properties(database, Map.of(), "indexed", "keyed", "parted", "orders"),
                    new StoredOffsets())) {
                run.pollSnapshots(4);
                run.forget();
                locking.execute("LOCK TABLES indexed WRITE, keyed WRITE, parted WRITE");
                locking.execute("ALTER TABLE indexed ADD KEY (b)");
                locking.execute("INSERT INTO indexed VALUES (2, 8)");
                locking.execute("ALTER TABLE keyed DROP PRIMARY KEY, DROP COLUMN a, ADD PRIMARY KEY (b)");
                locking.execute("INSERT INTO keyed VALUES (8)");
                locking.execute("ALTER TABLE parted DROP PARTITION low");
                locking.execute("INSERT INTO parted VALUES (102)");
                database.execute("INSERT INTO orders VALUES (1, '" + LAST + "')");
                List<SourceRecord> meanwhile = run.pollUntil(LAST, BinlogRecords::haveLast);
                assertThat(Replica.of(TaskRun.ofTopic(meanwhile, "erp." + database.name() + ".indexed"))
                                .texts())
                        .containsExactly("2|8");

                locking.execute("UNLOCK TABLES");
                run.pollSnapshots(2);
                database.execute("INSERT INTO indexed VALUES (3, 9)");
                List<SourceRecord> records = run.pollUntil(
                        "the row behind",
                        polled -> Replica.of(TaskRun.ofTopic(polled, "erp." + database.name() + ".indexed"))
                                        .size()
                                == 2);

                assertThat(Replica.of(TaskRun.ofTopic(records, "erp." + database.name() + ".keyed"))
                                .texts())
                        .containsExactly("7", "8");
                assertThat(Replica.of(TaskRun.ofTopic(records, "erp." + database.name() + ".parted"))
                                .texts())
                        .containsExactly("101", "102");
                assertThat(records.stream().filter(TaskRun::isEnd))
                        .as("copies: the key of the third table is the same")
                        .hasSize(2);
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
                assertThat(ofTable(records, database, "ignored").stream().map(BinlogRecords::text))
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

    /** Each of these has stopped some replicator. */
    @ParameterizedTest
    @MethodSource("available")
    void statementsOfEveryKindLeaveTheStreamAlone(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY, name varchar(20) COMMENT 'it''s \"q\" -- #')");
            Map<String, String> properties = TaskRun.properties(database, Map.of(), "t");
            // Not with GTIDs, in that release.
            String copied = release == MySqlRelease.MYSQL_8_0
                    ? "CREATE TABLE copied LIKE t; INSERT INTO copied SELECT * FROM t"
                    : "CREATE TABLE copied AS SELECT * FROM t";
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
                        copied,
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

                assertThat(ofTable(records, database, "t").stream().map(BinlogRecords::text))
                        .containsExactly("c 1", "c 2", "c 51", "c 99");
                assertThat(TaskRun.after(records.get(records.size() - 1)).schema().fields().stream()
                                .map(Field::name))
                        .containsExactly("id", "name", "aa", "b");
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
                        records -> records.stream()
                                        .anyMatch(record -> text(record).equals("c 1"))
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
                        polled -> haveLast(polled)
                                && polled.stream().filter(TaskRun::isEnd).count() >= 4);

                assertThat(Replica.of(ofTable(records, database, "made")).texts())
                        .containsExactly("1|10|20", "2|20|40");
                assertThat(Replica.of(ofTable(records, database, "dated")).size())
                        .isEqualTo(2);
                assertThat(Replica.of(ofTable(records, database, "numbered")).texts())
                        .containsExactlyElementsOf(database.column("SELECT CONCAT_WS('|', id, n) FROM numbered"));
                assertThat(Replica.of(ofTable(records, database, "shifted")).size())
                        .isEqualTo(2);
                assertThat(ofTable(records, database, "kept").stream().map(BinlogRecords::text))
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
                                && polled.stream()
                                        .anyMatch(record -> text(record).equals("c 3")));

                assertThat(Replica.of(ofTable(records, database, "doubled")).texts())
                        .containsExactly("1|1");
                assertThat(Replica.of(ofTable(records, database, "parted")).texts())
                        .containsExactly("101");
                List<SourceRecord> refused = ofTable(records, database, "refused");
                assertThat(refused.stream().map(BinlogRecords::text)).containsExactly("c 3");
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
}
