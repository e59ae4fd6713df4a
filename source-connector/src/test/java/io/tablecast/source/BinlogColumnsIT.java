// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static io.tablecast.source.BinlogRecords.LAST;
import static io.tablecast.source.BinlogRecords.dataOf;
import static io.tablecast.source.BinlogRecords.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The columns of tables that statements alter, in the order of their rows. */
class BinlogColumnsIT {

    static List<MySqlServer> servers() {
        return BinlogServers.all();
    }

    static List<MySqlRelease> available() {
        return MySqlRelease.available();
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
                records = dataOf(run.pollUntil(LAST, BinlogRecords::haveLast));
            }

            assertThat(records.stream().map(BinlogRecords::operation).toList())
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
                List<SourceRecord> records = dataOf(run.pollUntil(LAST, BinlogRecords::haveLast));

                assertThat(records).singleElement().satisfies(record -> {
                    assertThat(RecordHeaders.schemaChanges(record.headers())).isEmpty();
                    assertThat(TaskRun.after(record).getString("name")).isEqualTo(LAST);
                });
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
                    List<SourceRecord> records = dataOf(run.pollUntil(LAST, BinlogRecords::haveLast));

                    assertThat(RecordHeaders.schemaChanges(records.get(0).headers()))
                            .containsExactly(new SchemaChange.Rename("a", "b"), new SchemaChange.Rename("c", "a"));
                }
            }
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

    private static String end(MySqlDatabase database) {
        return database.rows(database.server().release().binlogStatusCommand())
                .get(0)
                .subList(0, 2)
                .toString();
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
                List<SourceRecord> records = dataOf(run.pollUntil(LAST, BinlogRecords::haveLast));

                assertThat(RecordHeaders.schemaChanges(records.get(0).headers()))
                        .contains(
                                new SchemaChange.Rename("name", "Name"),
                                new SchemaChange.Rename("size", "SIZE"),
                                new SchemaChange.Drop("dull"));
                assertThat(records).hasSize(1);
            }
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
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, Map.of(), "größe"), new StoredOffsets())) {
                run.pollSnapshots(1);
                run.forget();
                statement.execute("SET sql_mode = 'ANSI_QUOTES'");
                statement.execute("ALTER TABLE \"größe\" CHANGE \"größe\" \"länge\" int");
                statement.execute("TRUNCATE TABLE \"größe\"");
                statement.execute("INSERT INTO größe VALUES (7, 1)");
                List<SourceRecord> records = dataOf(run.pollUntil(
                        "the row",
                        polled ->
                                polled.stream().anyMatch(record -> text(record).equals("c 7"))));

                assertThat(records.stream().map(BinlogRecords::text)).containsExactly("t", "c 7");
                assertThat(RecordHeaders.schemaChanges(records.get(1).headers()))
                        .containsExactly(new SchemaChange.Rename("größe", "länge"));
            }
        }
    }
}
