// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tablecast.contract.offset.BinlogOffset;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlOptions;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Role;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BinlogReaderIT {

    private static final String LAST = "the last row";

    /** Of the records at which a run stops, the one that the next run begins with. */
    private static final Map<Integer, Integer> NEXT = Map.of(0, 1, 2, 3, 3, 4, 6, 5, 7, 8, 8, 8, 9, 10);

    private static final String UNKNOWN = "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5";

    private static MySqlServer withoutGtids;

    static List<MySqlServer> servers() {
        List<MySqlServer> servers = new ArrayList<>(
                MySqlRelease.available().stream().map(MySqlServer::shared).toList());
        if (MySqlRelease.MYSQL.isAvailable()) {
            servers.add(withoutGtids());
        }
        return servers;
    }

    private static synchronized MySqlServer withoutGtids() {
        if (withoutGtids == null) {
            withoutGtids = MySqlServer.start(MySqlOptions.of(MySqlRelease.MYSQL).withoutGtids());
        }
        return withoutGtids;
    }

    @AfterAll
    static void stop() {
        if (withoutGtids != null) {
            withoutGtids.close();
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void changesComeInTheirOrderAlsoAfterARestartInTheMiddleOfATransaction(MySqlServer server) {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE orders (id int PRIMARY KEY, note varchar(50))",
                    "CREATE TABLE other (id int PRIMARY KEY)",
                    "INSERT INTO orders VALUES (1, 'one'), (2, 'two')");
            Map<String, String> properties = TaskRun.properties(database, Map.of(), "orders");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollSnapshots(1);
            }
            database.execute(
                    "START TRANSACTION; INSERT INTO orders VALUES (3, 'three'), (4, 'four'), (5, 'five');"
                            + " INSERT INTO other VALUES (1);"
                            + " UPDATE orders SET note = 'changed' WHERE id IN (1, 3); COMMIT",
                    "UPDATE orders SET id = 20 WHERE id = 2",
                    "DELETE FROM orders WHERE id = 4",
                    "INSERT INTO orders VALUES (9, '" + LAST + "')");
            Map<String, Object> before = offsets.of(Map.of("table", "erp/" + database.name() + ".orders"));

            List<SourceRecord> all = changes(properties, before);

            assertThat(all.stream().map(BinlogReaderIT::operation).toList())
                    .containsExactly("c", "c", "c", "u", "u", "d", "tombstone", "c", "d", "tombstone", "c");
            Struct update = TaskRun.envelope(all.get(3));
            assertThat(update.getStruct("before").getString("note")).isEqualTo("one");
            assertThat(update.getStruct("after").getString("note")).isEqualTo("changed");
            assertThat(update.getStruct("source").getString("table")).isEqualTo("orders");
            assertThat(update.getStruct("transaction").getInt64("total_order")).isEqualTo(4);
            assertThat(RecordHeaders.isBeforeFull(all.get(8).headers())).isTrue();
            assertThat(all.get(5).headers().lastWithName(RecordHeaders.NEW_KEY)).isNotNull();
            assertThat(all.get(7).headers().lastWithName(RecordHeaders.OLD_KEY)).isNotNull();

            assertThat(all.stream()
                            .filter(record -> record.value() != null)
                            .map(record -> TaskRun.envelope(record))
                            .filter(envelope -> !envelope.getString("op").equals("c")
                                    || envelope.getStruct("after").getInt32("id") != 20)
                            .map(envelope -> envelope.getStruct("source"))
                            .map(source -> source.getString("file") + source.getInt64("pos") + ":"
                                    + source.getInt32("row")))
                    .as("places of all rows but the new one of a key that was changed")
                    .doesNotHaveDuplicates();
            assertThat(all.stream()
                            .filter(record -> record.value() != null)
                            .map(record -> TaskRun.envelope(record).getStruct("source").getInt64("pos")))
                    .isSorted()
                    .allMatch(place -> place > 0);
            assertThat(all.stream()
                            .map(record -> BinlogOffset.isWithinTransaction(record.sourceOffset()))
                            .toList())
                    .as("only the last record of a transaction stands behind it")
                    .containsExactly(true, true, true, true, false, true, true, false, true, false, false);
            for (int stop : NEXT.keySet()) {
                @SuppressWarnings("unchecked")
                Map<String, Object> reached =
                        (Map<String, Object>) all.get(stop).sourceOffset();
                List<String> rest = changes(properties, reached).stream()
                        .map(BinlogReaderIT::text)
                        .toList();
                // A row of which not all records were sent is sent again whole.
                int next = NEXT.get(stop);
                assertThat(rest)
                        .as("after record " + stop)
                        .containsExactlyElementsOf(all.subList(next, all.size()).stream()
                                .map(BinlogReaderIT::text)
                                .toList());
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void columnsChangeInTheOrderOfRows(MySqlServer server) {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute("CREATE TABLE items (id int PRIMARY KEY, name varchar(20), dull int)");
            Map<String, String> properties = TaskRun.properties(database, Map.of("snapshot.mode", "no_data"), "items");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollUntil("a heartbeat", records -> !records.isEmpty());
            }
            // The reader comes to all of it when the catalog shows only the last state.
            database.execute(
                    "INSERT INTO items VALUES (1, 'a', 7)",
                    "ALTER TABLE items ADD COLUMN size decimal(6,2) NOT NULL DEFAULT 1.5",
                    "INSERT INTO items VALUES (2, 'b', 7, 2)",
                    "ALTER TABLE items CHANGE name title varchar(20), DROP COLUMN dull",
                    "INSERT INTO items VALUES (3, 'c', 3)",
                    "ALTER TABLE items MODIFY title varchar(60) /* wider */",
                    "CREATE INDEX by_title ON items (title)",
                    "TRUNCATE TABLE items",
                    "INSERT INTO items VALUES (4, '" + LAST + "', 4)");

            List<SourceRecord> records;
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                records = dataOf(run.pollUntil(LAST, BinlogReaderIT::hasLast));
            }

            assertThat(records.stream().map(BinlogReaderIT::operation).toList())
                    .containsExactly("c", "c", "c", "t", "c");
            assertThat(TaskRun.after(records.get(0)).getInt32("dull")).isEqualTo(7);
            assertThat(RecordHeaders.schemaChanges(records.get(1).headers()))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            SchemaChange.Add.class,
                            add -> assertThat(add.column().type()).isEqualTo("decimal(6,2)"));
            assertThat(RecordHeaders.schemaChanges(records.get(2).headers()))
                    .containsExactlyInAnyOrder(new SchemaChange.Rename("name", "title"), new SchemaChange.Drop("dull"));
            assertThat(TaskRun.after(records.get(2)).getString("title")).isEqualTo("c");
            assertThat(RecordHeaders.schemaChanges(records.get(4).headers()))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            SchemaChange.Type.class,
                            type -> assertThat(type.column().type()).isEqualTo("varchar(60)"));
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void statementsOfOtherTablesChangeNoColumns(MySqlServer server) {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE customer (id int PRIMARY KEY, name varchar(80))",
                    "CREATE TABLE invoices (id int PRIMARY KEY, name varchar(80), payer int)");
            Map<String, String> properties =
                    TaskRun.properties(database, Map.of("snapshot.mode", "no_data"), "customer");
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                run.pollUntil("a heartbeat", records -> !records.isEmpty());
                database.execute(
                        "ALTER TABLE invoices CHANGE name customer varchar(80)",
                        "ALTER TABLE invoices CHANGE id name int, ADD FOREIGN KEY (payer) REFERENCES customer (id)",
                        "INSERT INTO customer VALUES (1, '" + LAST + "')");
                List<SourceRecord> records = dataOf(run.pollUntil(LAST, BinlogReaderIT::hasLast));

                assertThat(records).singleElement().satisfies(record -> {
                    assertThat(RecordHeaders.schemaChanges(record.headers())).isEmpty();
                    assertThat(TaskRun.after(record).getString("name")).isEqualTo(LAST);
                });
            }
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
                List<SourceRecord> meanwhile = run.pollUntil(LAST, BinlogReaderIT::hasLast);
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
                List<SourceRecord> meanwhile = run.pollUntil(LAST, BinlogReaderIT::hasLast);
                assertThat(Replica.of(TaskRun.ofTopic(meanwhile, "erp." + database.name() + ".indexed"))
                                .texts())
                        .containsExactly("2|8");

                locking.execute("UNLOCK TABLES");
                run.pollSnapshots(2);
                database.execute("INSERT INTO indexed VALUES (3, 9)");
                List<SourceRecord> records = run.pollUntil("the row behind", polled -> Replica.of(TaskRun.ofTopic(
                                        polled, "erp." + database.name() + ".indexed"))
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

    /** Nobody knows what has become of the columns then, but their rows show it. */
    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void tableWhoseColumnsContradictTheirRenamesIsCopiedAgain(MySqlServer server) {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE same (id int PRIMARY KEY, a int)",
                    "INSERT INTO same VALUES (1, 10)",
                    "CREATE TABLE wider (id int PRIMARY KEY, a int)",
                    "INSERT INTO wider VALUES (1, 10)");
            Map<String, String> properties = TaskRun.properties(database, Map.of(), "same", "wider");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollSnapshots(2);
            }
            for (String table : List.of("same", "wider")) {
                Map<String, String> partition = Map.of("table", "erp/" + database.name() + "." + table);
                Map<String, Object> misled = new HashMap<>(offsets.of(partition));
                misled.computeIfPresent(
                        "structure", (key, text) -> text.toString().replaceAll("]$", ",[],[\"a\",\"none\"]]"));
                offsets.store(partition, misled);
            }
            database.execute(
                    "INSERT INTO same VALUES (2, 20)",
                    "ALTER TABLE wider ADD COLUMN b int DEFAULT 7",
                    "INSERT INTO wider VALUES (2, 20, 70)");
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> records = run.pollSnapshots(2);

                assertThat(records.stream().flatMap(record -> RecordHeaders.schemaChanges(record.headers()).stream()))
                        .singleElement()
                        .isInstanceOfSatisfying(
                                SchemaChange.Add.class,
                                add -> assertThat(add.column().name()).isEqualTo("b"));
                assertThat(Replica.of(TaskRun.ofTopic(records, "erp." + database.name() + ".same"))
                                .texts())
                        .containsExactly("1|10", "2|20");
                assertThat(Replica.of(TaskRun.ofTopic(records, "erp." + database.name() + ".wider"))
                                .texts())
                        .containsExactly("1|10|7", "2|20|70");
            }
        }
    }

    /** It is one transaction, and the connection may be lost behind its effect. */
    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void statementThatIsReadAgainRenamesColumnsOnce(MySqlServer server) throws SQLException {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute("CREATE TABLE items (id int PRIMARY KEY, a int, c varchar(20))");
            Map<String, String> properties = TaskRun.properties(database, Map.of("snapshot.mode", "no_data"), "items");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollUntil("a heartbeat", records -> !records.isEmpty());
            }
            database.execute("ALTER TABLE items CHANGE a b int, CHANGE c a varchar(20), ADD KEY (b)");
            try (Connection other = database.connection();
                    Statement locking = other.createStatement()) {
                locking.execute("LOCK TABLES items WRITE");
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    String first = waiting(database, "");
                    database.execute("KILL " + first);
                    waiting(database, first);
                    locking.execute("UNLOCK TABLES");
                    database.execute("INSERT INTO items VALUES (1, 5, '" + LAST + "')");
                    List<SourceRecord> records = dataOf(run.pollUntil(LAST, BinlogReaderIT::hasLast));

                    assertThat(RecordHeaders.schemaChanges(records.get(0).headers()))
                            .containsExactly(new SchemaChange.Rename("a", "b"), new SchemaChange.Rename("c", "a"));
                }
            }
        }
    }

    /** The session that waits for a lock of a table's name, and is another one than before. */
    private static String waiting(MySqlDatabase database, String before) {
        List<String> found = new ArrayList<>();
        Conditions.await(Duration.ofSeconds(30), "no session waits for a table of " + database.name(), () -> {
            database.rows("SHOW FULL PROCESSLIST").stream()
                    .filter(session -> String.valueOf(session.get(6)).contains("metadata lock")
                            && String.valueOf(session.get(7)).contains(database.name())
                            && !session.get(0).equals(before))
                    .forEach(session -> found.add(session.get(0)));
            return !found.isEmpty();
        });
        return found.get(0);
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

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void copyUnderHeavyWritesEqualsTheTable(MySqlServer server) throws Exception {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE stock (place varchar(20), number int, amount int, PRIMARY KEY (place, number))",
                    "INSERT INTO stock WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                            + " SELECT IF(i % 2, 'Äst', 'b'), i, 0 FROM n");
            Map<String, String> properties = TaskRun.properties(database, Map.of("snapshot.chunk.rows", "50"), "stock");
            StoredOffsets offsets = new StoredOffsets();
            List<SourceRecord> records = new ArrayList<>();
            AtomicBoolean isOver = new AtomicBoolean();
            ExecutorService writers = Executors.newFixedThreadPool(2);
            try {
                List<Future<?>> writing = List.of(
                        writers.submit(() -> write(database, isOver)), writers.submit(() -> write(database, isOver)));
                // Killed and started again in the middle.
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    records.addAll(run.pollUntil("some rows", polled -> polled.size() > 150));
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
                    records.addAll(run.pollUntil(LAST, BinlogReaderIT::hasLast));
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

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void idleTableMovesItsOffsetWhileOthersAreBusy(MySqlServer server) throws Exception {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE idle (id int PRIMARY KEY)",
                    "CREATE TABLE stock (place varchar(20), number int, amount int, PRIMARY KEY (place, number))",
                    "INSERT INTO stock WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                            + " SELECT IF(i % 2, 'Äst', 'b'), i, 0 FROM n");
            Map<String, String> properties = TaskRun.properties(
                    database, Map.of("snapshot.mode", "no_data", "heartbeat.interval.ms", "1"), "idle");
            StoredOffsets offsets = new StoredOffsets();
            AtomicBoolean isOver = new AtomicBoolean();
            ExecutorService writer = Executors.newSingleThreadExecutor();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                BinlogOffset first = BinlogOffset.of(run.pollUntil("a heartbeat", records -> !records.isEmpty())
                        .get(0)
                        .sourceOffset());
                Future<?> writing = writer.submit(() -> write(database, isOver));
                run.pollUntil(
                        "a position behind the first, while rows are written",
                        records -> records.stream()
                                .map(record -> BinlogOffset.of(record.sourceOffset()))
                                .anyMatch(offset -> offset.position() > first.position()));
                assertThat(writing.isDone()).isFalse();
                isOver.set(true);
                writing.get();
            } finally {
                isOver.set(true);
                writer.shutdownNow();
            }
        }
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
            if (server.equals(withoutGtids)) {
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

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void statementsInsteadOfRowsStopTheTask(MySqlServer server) {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY)");
            Map<String, String> properties = TaskRun.properties(database, Map.of(), "t");
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                run.pollSnapshots(1);
                database.execute("SET SESSION binlog_format = 'STATEMENT'; INSERT INTO t VALUES (1)");

                assertThatThrownBy(() -> run.pollUntil("a failure", records -> false))
                        .isInstanceOf(ConnectException.class)
                        .hasMessageContaining("A statement and not its rows stands in the binlog")
                        .hasMessageContaining(database.name() + ".t")
                        .hasMessageContaining("Set binlog_format=ROW");
            }
        }
    }

    @Test
    void anotherClientWithTheSameServerIdEndsTheFirstWhichSaysWhy() {
        assumeThat(MySqlRelease.MYSQL.isAvailable()).as("a real MySQL").isTrue();
        try (MySqlDatabase database = MySqlServer.shared(MySqlRelease.MYSQL).createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY)");
            Map<String, String> properties = TaskRun.properties(database, Map.of("server.id", "4711"), "t");
            try (TaskRun first = TaskRun.start(properties, new StoredOffsets())) {
                first.pollSnapshots(1);
                try (TaskRun second = TaskRun.start(properties, new StoredOffsets())) {
                    second.pollSnapshots(1);

                    assertThatThrownBy(() -> first.pollUntil("a failure", records -> false))
                            .isInstanceOf(ConnectException.class)
                            .hasMessageContaining("Set server.id to a number that no other connector");
                }
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void compressedTransactionsAndNewFilesChangeNothing(MySqlServer server) {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute("CREATE TABLE orders (id int PRIMARY KEY, note text)");
            Map<String, String> properties = TaskRun.properties(database, Map.of(), "orders");
            StoredOffsets offsets = new StoredOffsets();
            String compressed = server.release().isMariaDb()
                    ? "SET @unused = 1"
                    : "SET SESSION binlog_transaction_compression = ON";
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollSnapshots(1);
                database.execute(
                        compressed,
                        "START TRANSACTION; INSERT INTO orders VALUES (1, REPEAT('x', 1000)), (2, 'two');"
                                + " UPDATE orders SET note = 'changed' WHERE id = 1; COMMIT",
                        "FLUSH BINARY LOGS",
                        "DELETE FROM orders WHERE id = 2",
                        "FLUSH BINARY LOGS",
                        "INSERT INTO orders VALUES (3, '" + LAST + "')");
                List<SourceRecord> records = dataOf(run.pollUntil(LAST, BinlogReaderIT::hasLast));

                assertThat(records.stream().map(BinlogReaderIT::operation).filter(operation -> !operation.equals("t")))
                        .containsExactly("c", "c", "u", "d", "tombstone", "c");
                assertThat(Replica.of(records).texts()).containsExactly("1|changed", "3|" + LAST);
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void transactionsOfXaComeWhenTheyAreCommittedAlsoAfterARestart(MySqlServer server) {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute("CREATE TABLE orders (id int PRIMARY KEY, note text)");
            Map<String, String> properties =
                    TaskRun.properties(database, Map.of("heartbeat.interval.ms", "1"), "orders");
            StoredOffsets offsets = new StoredOffsets();
            String xid = "'" + database.name() + "'";
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollSnapshots(1);
                database.execute("XA START " + xid + ",'a'; INSERT INTO orders VALUES (1, 'committed'), (2, 'too');"
                        + " XA END " + xid + ",'a'; XA PREPARE " + xid + ",'a'");
                database.execute("XA START " + xid + ",'b'; INSERT INTO orders VALUES (3, 'rolled back');" + " XA END "
                        + xid + ",'b'; XA PREPARE " + xid + ",'b'");
                database.execute("INSERT INTO orders VALUES (4, '" + LAST + "')");
                List<SourceRecord> records = dataOf(run.pollUntil(LAST, BinlogReaderIT::hasLast));

                assertThat(Replica.of(records).texts()).containsExactly("4|" + LAST);
            }
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                database.execute("XA COMMIT " + xid + ",'a'", "XA ROLLBACK " + xid + ",'b'");
                database.execute("XA START " + xid + ",'c'; INSERT INTO orders VALUES (5, 'one phase');" + " XA END "
                        + xid + ",'c'; XA COMMIT " + xid + ",'c' ONE PHASE");
                database.execute("INSERT INTO orders VALUES (6, '" + LAST + "')");
                List<SourceRecord> records = dataOf(run.pollUntil(LAST, BinlogReaderIT::hasLast));

                assertThat(records.stream().map(BinlogReaderIT::operation)).containsExactly("c", "c", "c", "c");
                assertThat(Replica.of(records).texts())
                        .containsExactly("1|committed", "2|too", "5|one phase", "6|" + LAST);
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void placesThatUsersSendAreCheckedAgainstTheServer(MySqlServer server) {
        try (MySqlDatabase database = server.createDatabase()) {
            boolean hasGtids = !server.release().isMariaDb() && !server.equals(withoutGtids);
            List<String> status = database.rows(
                            server.release().isMariaDb() ? "SHOW MASTER STATUS" : "SHOW BINARY LOG STATUS")
                    .get(0);
            Map<String, Object> place = Map.of("file", status.get(0), "pos", Long.parseLong(status.get(1)));
            Map<String, Object> ofDebezium = new HashMap<>(place);
            ofDebezium.putAll(Map.of("ts_sec", 1L, "row", 1L, "event", 2L, "server_id", 1L));
            // Beside those of the server, of which some may be purged.
            String others = hasGtids ? database.value("SELECT @@gtid_executed") + "," : "";
            Map<String, Object> gtids = Map.of("gtids", others + UNKNOWN);
            Map<String, Object> purged = Map.of("file", "binlog.009999", "pos", 4L);
            if (hasGtids) {
                assertRefused(database, place, "A MySQL server with GTIDs is read from \"gtids\"");
                assertRefused(database, gtids, "the server has not executed all transactions that were read");
                ofDebezium.put("gtids", database.value("SELECT @@gtid_executed"));
            } else {
                assertRefused(database, gtids, "is read from a \"file\" and a \"pos\"");
                assertRefused(database, purged, "binlog.009999:4");
                assertThat(alter(database, place)).isTrue();
            }
            assertThat(alter(database, ofDebezium)).isTrue();
            if (server.equals(withoutGtids)) {
                BinlogOffset ofAnother = new BinlogOffset(
                        "another", status.get(0), 4, "", "", 0, Optional.empty(), Optional.empty(), "", "");
                assertRefused(
                        database,
                        ofAnother.toMap(),
                        "the offset is a place in the binlog of the server another, and "
                                + database.value("SELECT @@server_uuid") + " answers");
                BinlogOffset byGtids = new BinlogOffset(
                        "another", status.get(0), 4, "a:1-5", "", 0, Optional.empty(), Optional.empty(), "", "");
                assertRefused(
                        database,
                        byGtids.toMap(),
                        "the offset names transactions by GTIDs, and the server at hand has none");
            }
            if (hasGtids) {
                BinlogOffset byFile = new BinlogOffset(
                        "another", status.get(0), 4, "", "", 0, Optional.empty(), Optional.empty(), "", "");
                assertRefused(database, byFile.toMap(), "of a time when the server had no GTIDs");
            }
        }
    }

    private static void assertRefused(MySqlDatabase database, Map<String, ?> offset, String message) {
        assertThatThrownBy(() -> alter(database, offset))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("The table " + database.name() + ".t cannot go on at this offset: ")
                .hasMessageContaining(message)
                .hasMessageEndingWith("Delete the table's offset instead; then it is copied again.");
    }

    private static boolean alter(MySqlDatabase database, Map<String, ?> offset) {
        return new MySqlSourceConnector()
                .alterOffsets(
                        TaskRun.properties(database, Map.of()),
                        Map.of(Map.of("table", "erp/" + database.name() + ".t"), offset));
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
            try (SlowCommits commits = SlowCommits.prepare(database, Duration.ofSeconds(2));
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

    /** A statement that alters a table stands in the binlog before the catalog shows it, too. */
    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void columnsAreThoseOfThePlaceInTheBinlogWhereReadingBegins(MySqlServer server) throws Exception {
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try (MySqlDatabase database = server.createDatabase()) {
            String usual = database.value("SELECT @@GLOBAL.binlog_row_metadata");
            database.execute(
                    "CREATE TABLE orders (id int PRIMARY KEY, one char(9), two char(9))",
                    "INSERT INTO orders VALUES (1, '1', '2')",
                    "SET GLOBAL binlog_row_metadata = " + (server.release().isMariaDb() ? "NO_LOG" : "MINIMAL"));
            try (SlowCommits commits = SlowCommits.prepare(database, Duration.ofMinutes(10))) {
                String before = end(database);
                commits.begin();
                Future<?> writing = writer.submit(
                        () -> database.execute("ALTER TABLE orders CHANGE one two char(9), CHANGE two one char(9)"));
                Conditions.await(
                        Duration.ofSeconds(30),
                        "the statement is not in the binlog",
                        () -> !end(database).equals(before));
                try (TaskRun run =
                        TaskRun.start(TaskRun.properties(database, Map.of(), "orders"), new StoredOffsets())) {
                    waiting(database, "");
                    assertThat(writing.isDone()).isFalse();
                    commits.end();
                    run.pollSnapshots(1);
                    writing.get();
                    database.execute("INSERT INTO orders (id, one, two) VALUES (2, '2', '1')");
                    List<SourceRecord> records = run.pollUntil(
                            "the row behind the statement",
                            polled -> Replica.of(polled).size() == 2);

                    assertThat(Replica.of(records).texts())
                            .containsExactlyElementsOf(
                                    database.column("SELECT CONCAT_WS('|', id, two, one) FROM orders ORDER BY id"));
                }
            } finally {
                database.execute("SET GLOBAL binlog_row_metadata = " + usual);
            }
        } finally {
            writer.shutdownNow();
        }
    }

    private static String end(MySqlDatabase database) {
        return database.rows(database.server().release().isMariaDb() ? "SHOW MASTER STATUS" : "SHOW BINARY LOG STATUS")
                .get(0)
                .subList(0, 2)
                .toString();
    }

    @Test
    void sessionsHoldNoLocksButThoseOfReadingNames() throws SQLException {
        assumeThat(MySqlRelease.MYSQL.isAvailable()).as("a real MySQL").isTrue();
        try (MySqlDatabase database = MySqlServer.shared(MySqlRelease.MYSQL).createDatabase()) {
            Role user = database.createUser("reader");
            database.execute(
                    "CREATE TABLE orders (id int PRIMARY KEY, note text)",
                    "INSERT INTO orders WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                            + " SELECT i, 'note' FROM n",
                    "GRANT SELECT ON * TO '" + user.name() + "'@'%'",
                    "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO '" + user.name() + "'@'%'");
            Map<String, String> properties = TaskRun.properties(
                    database,
                    Map.of(
                            "connection.user",
                            user.name(),
                            "connection.password",
                            user.password(),
                            "snapshot.chunk.rows",
                            "5"),
                    "orders");
            Set<String> locks = new TreeSet<>();
            try (Connection watching = database.connection();
                    Statement statement = watching.createStatement();
                    TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                // Looked at between any two polls, from the first chunk to the first change behind the last.
                run.pollUntil("the change", records -> {
                    look(statement, user, locks);
                    if (records.stream().anyMatch(TaskRun::isEnd)) {
                        database.execute("REPLACE INTO orders VALUES (1, '" + LAST + "')");
                    }
                    return hasLast(records);
                });
            }

            // The catalog looks up privileges.
            assertThat(locks)
                    .isSubsetOf(
                            "TABLE SHARED_READ",
                            "TABLE SHARED_HIGH_PRIO",
                            "SCHEMA INTENTION_EXCLUSIVE",
                            "ACL CACHE SHARED");
        }
    }

    private static void look(Statement statement, Role user, Set<String> locks) {
        String query = """
                SELECT CONCAT(OBJECT_TYPE, ' ', LOCK_TYPE) FROM performance_schema.metadata_locks
                JOIN performance_schema.threads ON THREAD_ID = OWNER_THREAD_ID WHERE PROCESSLIST_USER = '%1$s'
                UNION SELECT CONCAT('row ', LOCK_MODE) FROM performance_schema.data_locks
                JOIN performance_schema.threads USING (THREAD_ID) WHERE PROCESSLIST_USER = '%1$s'
                """.formatted(user.name());
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                locks.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot look at the locks of " + user.name(), e);
        }
    }

    private static List<SourceRecord> changes(Map<String, String> properties, Map<String, Object> offset) {
        String table = properties.get("table.include.list").replace("\\..*", ".orders");
        StoredOffsets offsets = new StoredOffsets();
        offsets.store(Map.of("table", "erp/" + table), offset);
        try (TaskRun run = TaskRun.start(properties, offsets)) {
            return dataOf(run.pollUntil(LAST, BinlogReaderIT::hasLast));
        }
    }

    private static List<SourceRecord> dataOf(List<SourceRecord> records) {
        return records.stream()
                .filter(record -> !record.topic().startsWith("__"))
                .toList();
    }

    private static boolean hasLast(List<SourceRecord> records) {
        return !records.isEmpty()
                && records.stream()
                        .anyMatch(record -> record.value() != null
                                && record.value().toString().contains(LAST));
    }

    private static String operation(SourceRecord record) {
        return record.value() == null ? "tombstone" : TaskRun.envelope(record).getString("op");
    }

    private static String text(SourceRecord record) {
        return operation(record) + " " + record.key()
                + (record.value() == null ? "" : " " + TaskRun.envelope(record).getStruct("after"));
    }

    private static void write(MySqlDatabase database, AtomicBoolean isOver) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (!isOver.get()) {
            List<String> statements = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                int number = random.nextInt(1_000);
                statements.add(
                        switch (random.nextInt(4)) {
                            case 0 -> "INSERT IGNORE INTO stock VALUES ('b', " + (1_000 + random.nextInt(500)) + ", 1)";
                            case 1 -> "UPDATE stock SET amount = amount + 1 WHERE number = " + number;
                            case 2 -> "DELETE FROM stock WHERE number = " + number;
                            default ->
                                "UPDATE IGNORE stock SET number = number + 2000, place = 'moved' WHERE number = "
                                        + number;
                        });
            }
            // Each statement by itself, so that two writers do not wait for each other.
            database.execute(statements.stream().collect(Collectors.joining("; ")));
        }
    }
}
