// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static io.tablecast.source.BinlogRecords.LAST;
import static io.tablecast.source.BinlogRecords.dataOf;
import static io.tablecast.source.BinlogRecords.ofTable;
import static io.tablecast.source.BinlogRecords.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tablecast.contract.offset.BinlogOffset;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies of tables while their changes are followed. */
class BinlogCopiesIT {

    private static final String UNKNOWN = "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5";

    static List<MySqlServer> servers() {
        return BinlogServers.all();
    }

    static List<MySqlRelease> available() {
        return MySqlRelease.available();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void copyUnderHeavyWritesEqualsTheTable(MySqlServer server) throws Exception {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute(StockWrites.TABLE);
            // So many chunks that the copy is not over before anybody has polled.
            Map<String, String> properties = TaskRun.properties(database, Map.of("snapshot.chunk.rows", "10"), "stock");
            StoredOffsets offsets = new StoredOffsets();
            List<SourceRecord> records = new ArrayList<>();
            AtomicBoolean isOver = new AtomicBoolean();
            ExecutorService writers = Executors.newFixedThreadPool(2);
            try {
                List<Future<?>> writing = List.of(
                        writers.submit(() -> StockWrites.until(database, isOver)),
                        writers.submit(() -> StockWrites.until(database, isOver)));
                // Killed and started again in the middle.
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    records.addAll(run.pollUntil("some rows", polled -> polled.size() > 20));
                }
                Map<String, Object> reached = offsets.of(Map.of("table", "erp/" + database.name() + ".stock"));
                assertThat(BinlogOffset.of(reached).copy()).isPresent();
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    run.pollSnapshots(1);
                    isOver.set(true);
                    for (Future<?> writer : writing) {
                        writer.get();
                    }
                    database.execute("INSERT INTO stock VALUES ('" + LAST + "', 0, 0)");
                    records.addAll(run.pollUntil(LAST, BinlogRecords::haveLast));
                }
            } finally {
                isOver.set(true);
                writers.shutdownNow();
            }

            assertThat(Replica.of(records).texts())
                    .containsExactlyInAnyOrderElementsOf(
                            database.column("SELECT CONCAT_WS('|', place, number, amount) FROM stock"));
            assertThat(records.stream()
                            .filter(record ->
                                    RecordHeaders.begin(record.headers()).isPresent()))
                    .hasSize(1);
        }
    }

    /** A table that waits for the stream stores its copy before the beginning is sent, as does one that has just sent it. */
    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void copyOfWhichNothingWasReadBeginsBehindARestart(MySqlServer server) {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute("CREATE TABLE items (id int PRIMARY KEY)", "INSERT INTO items VALUES (1), (2)");
            Map<String, String> properties = TaskRun.properties(database, Map.of("snapshot.mode", "no_data"), "items");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollUntil("a heartbeat", records -> !records.isEmpty());
            }
            offsets.cutCopy(Map.of("table", "erp/" + database.name() + ".items"));
            database.execute("INSERT INTO items VALUES (3)");
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> records = run.pollSnapshots(1);

                String id = RecordHeaders.end(records.get(records.size() - 1).headers())
                        .orElseThrow()
                        .id();
                assertThat(records.stream()
                                .flatMap(record -> RecordHeaders.begin(record.headers()).stream())
                                .map(SnapshotBegin::id))
                        .as("what was sent of the other copy is of no use to this one")
                        .containsExactly(id)
                        .doesNotContain("cut");
                assertThat(Replica.of(records).texts()).containsExactly("1", "2", "3");
            }
        }
    }

    /** The binlog is sent before queries see what it says. */
    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void copiesWaitForCommitsThatTheBinlogIsAheadOf(MySqlServer server) throws Exception {
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE orders (id int PRIMARY KEY, note text)",
                    "INSERT INTO orders VALUES (1, 'old'), (2, 'old')");
            Map<String, String> followed = Map.of("server.id", "4712", "snapshot.mode", "no_data");
            try (SlowCommits commits = SlowCommits.prepare(database, Duration.ofMinutes(10));
                    TaskRun following =
                            TaskRun.start(TaskRun.properties(database, followed, "orders"), new StoredOffsets())) {
                following.pollUntil("a heartbeat", records -> !records.isEmpty());
                following.forget();
                commits.begin();
                Future<?> writing = writer.submit(() -> database.execute("UPDATE orders SET note = 'new'"));
                following.pollUntil("the change", records -> dataOf(records).size() == 2);
                assertThat(database.column("SELECT note FROM orders"))
                        .as("what queries see when the change has come")
                        .containsOnly("old");
                try (TaskRun copying =
                        TaskRun.start(TaskRun.properties(database, Map.of(), "orders"), new StoredOffsets())) {
                    copying.pollUntil("the beginning of the copy", records -> !records.isEmpty());
                    assertThat(writing.isDone()).isFalse();
                    commits.end();
                    // The change comes in the copy, or behind it.
                    copying.pollUntil(
                            "the new rows",
                            records -> records.stream().anyMatch(TaskRun::isEnd)
                                    && Replica.of(records).texts().equals(List.of("1|new", "2|new")));
                }
                writing.get();
            }
        } finally {
            writer.shutdownNow();
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void tableThatIsAlteredWhileItsCopyIsInterruptedIsCopiedToTheEnd(MySqlServer server) {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE items (id int PRIMARY KEY, name varchar(20), dull int)",
                    "INSERT INTO items WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                            + " SELECT i, CONCAT('item ', i), 7 FROM n");
            Map<String, String> properties = TaskRun.properties(database, Map.of("snapshot.chunk.rows", "1"), "items");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollUntil("some rows", records -> records.size() > 20);
            }
            assertThat(BinlogOffset.of(offsets.of(Map.of("table", "erp/" + database.name() + ".items")))
                            .copy())
                    .isPresent();
            // No row is written behind it, so nothing but the catalog tells.
            database.execute("ALTER TABLE items DROP COLUMN dull");
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> records = dataOf(run.pollSnapshots(1));

                assertThat(RecordHeaders.schemaChanges(records.get(0).headers()))
                        .containsExactly(new SchemaChange.Drop("dull"));
                assertThat(Replica.of(records).texts()).contains("900|item 900");
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
                                .map(record ->
                                        BinlogOffset.of(record.sourceOffset()).copy())
                                .filter(copy -> copy.isPresent() && copy.get().hasProgress())
                                .distinct())
                        .as("chunks before the last one")
                        .hasSizeBetween(2, 4);
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

    @Test
    void tableThatSomebodyLocksKeepsNoOtherFromBeingRead() throws SQLException {
        assumeThat(MySqlRelease.MYSQL.isAvailable()).as("a real MySQL").isTrue();
        try (MySqlDatabase database = MySqlServer.shared(MySqlRelease.MYSQL).createDatabase();
                Connection other = database.connection();
                Statement locking = other.createStatement()) {
            database.execute(
                    "CREATE TABLE fresh (id int PRIMARY KEY)",
                    "INSERT INTO fresh VALUES (1)",
                    "CREATE TABLE cut (id int PRIMARY KEY)",
                    "INSERT INTO cut VALUES (2)",
                    "CREATE TABLE purged (id int PRIMARY KEY)",
                    "INSERT INTO purged VALUES (3)",
                    "CREATE TABLE orders (id int PRIMARY KEY, note text)");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, Map.of(), "cut"), offsets)) {
                run.pollSnapshots(1);
            }
            offsets.cutCopy(Map.of("table", "erp/" + database.name() + ".cut"));
            offsets.store(
                    Map.of("table", "erp/" + database.name() + ".purged"),
                    new BinlogOffset("u", "b.1", 4, UNKNOWN, "", 0, Optional.empty(), Optional.empty(), "", "")
                            .toMap());
            locking.execute("LOCK TABLES fresh WRITE, cut WRITE, purged WRITE");
            Map<String, String> properties = TaskRun.properties(
                    database, Map.of("binlog.purged.policy", "resnapshot"), "fresh", "cut", "purged", "orders");
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollSnapshots(1);
                for (int id = 1; id < 50; id++) {
                    database.execute("INSERT INTO orders VALUES (" + id + ", 'more')");
                }
                database.execute("INSERT INTO orders VALUES (50, '" + LAST + "')");
                List<SourceRecord> meanwhile = run.pollUntil(LAST, BinlogRecords::haveLast);
                assertThat(Replica.of(TaskRun.ofTopic(meanwhile, "erp." + database.name() + ".orders"))
                                .texts())
                        .hasSize(50);
                assertThat(meanwhile.stream().filter(TaskRun::isEnd))
                        .as("copies that have ended")
                        .hasSize(1);

                locking.execute("UNLOCK TABLES");
                List<SourceRecord> records = run.pollSnapshots(4);
                assertThat(Replica.of(TaskRun.ofTopic(records, "erp." + database.name() + ".purged"))
                                .texts())
                        .containsExactly("3");
                assertThat(Replica.of(TaskRun.ofTopic(records, "erp." + database.name() + ".fresh"))
                                .texts())
                        .containsExactly("1");
                assertThat(Replica.of(TaskRun.ofTopic(records, "erp." + database.name() + ".cut"))
                                .texts())
                        .containsExactly("2");
            }
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
                assertThat(records.stream().map(BinlogRecords::text)).endsWith("u 7", "d", "c 5000");
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
                assertThat(ofTable(records, database, "log").stream().map(BinlogRecords::text))
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
                                .map(BinlogRecords::text)
                                .filter(text -> text.startsWith("r ")))
                        .hasSize((int) database.number("SELECT COUNT(*) FROM log"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void emptyTableWithoutAKeyEndsItsCopyAlsoWithoutTruncates(MySqlRelease release) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            database.execute("CREATE TABLE log (line int)");
            Map<String, String> properties =
                    TaskRun.properties(database, Map.of("no.key.policy", "append", "skip.operations", "t"), "log");
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                assertThat(run.pollSnapshots(1))
                        .singleElement()
                        .satisfies(both ->
                                assertThat(RecordHeaders.begin(both.headers())).isPresent());
                database.execute("INSERT INTO log VALUES (1)");
                run.pollUntil(
                        "the row",
                        records ->
                                records.stream().anyMatch(record -> text(record).equals("c 1")));
            }
        }
    }
}
