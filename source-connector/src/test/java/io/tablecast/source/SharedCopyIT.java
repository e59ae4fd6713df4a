// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.PostgresVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Large tables that several connections copy at once, and tables that are copied as of one moment. */
@ParameterizedClass
@EnumSource(names = {"OLDEST", "NEWEST"})
class SharedCopyIT {

    private static final TableId ITEM = new TableId("shop", "item");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** More than wait in a task's buffer, so that the connections are still there when they are looked for. */
    private static final int MANY = 60_000;

    private static final String READERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name LIKE 'tablecast/%' AND query LIKE 'COPY (SELECT%' AND state <> 'idle'";

    private final Database database;
    private final StoredOffsets offsets = new StoredOffsets();

    SharedCopyIT(PostgresVersion version) {
        this.database = PostgresServer.shared(version).createDatabase();
    }

    @BeforeEach
    void createTable() {
        database.execute("CREATE SCHEMA shop", "CREATE TABLE shop.item (id int PRIMARY KEY, n int, filler text)");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void ordinalsAreInTheOrderOfTheTopicAndAllReadersSeeOneMoment() throws Exception {
        for (String mode : List.of("snapshot", "incremental", "queue")) {
            database.execute("TRUNCATE shop.item");
            fill(MANY);
            ExecutorService threads = Executors.newSingleThreadExecutor();
            AtomicBoolean isDone = new AtomicBoolean();
            Future<?> writer = threads.submit(() -> transfer(isDone));
            try (TaskRun run = start(Map.of("mode", mode, "control.column", "id"), new StoredOffsets(), ITEM)) {
                awaitReaders(3);
                List<SourceRecord> records = copy(run.pollSnapshots(1));

                assertWhole(records, MANY);
                // Whatever was transferred meanwhile, the sum of one moment is the one of all.
                assertThat(rows(records).mapToInt(row -> row.getInt32("n")).sum())
                        .as(mode)
                        .isEqualTo(MANY);
            } finally {
                isDone.set(true);
                writer.get();
                threads.shutdown();
            }
        }
    }

    @Test
    void conditionAndColumnsConcernEveryRange() {
        fill(MANY);

        Map<String, String> settings = Map.of("condition", "id % 2 = 0 OR id = 1 -- odd", "columns", "id");
        try (TaskRun run = start(settings, offsets, ITEM)) {
            List<SourceRecord> records = copy(run.pollSnapshots(1));

            assertWhole(records, MANY / 2 + 1);
            assertThat(rows(records).map(row -> row.getInt32("id")).filter(id -> id % 2 == 1))
                    .containsExactly(1);
        }
    }

    @Test
    void readerThatIsLostBeginsTheCopyAgain() {
        fill(MANY);

        try (TaskRun run = start(Map.of(), offsets, ITEM)) {
            awaitReaders(3);
            database.execute("SELECT pg_terminate_backend(max(pid)) FROM pg_stat_activity WHERE pid IN"
                    + READERS.replaceFirst("SELECT count\\(\\*\\)", " (SELECT pid") + ")");

            List<SourceRecord> records = run.pollSnapshots(1);

            assertThat(records.stream()
                            .filter(record ->
                                    RecordHeaders.begin(record.headers()).isPresent()))
                    .hasSize(2);
            assertWhole(copy(records), MANY);
        }
    }

    @Test
    void copyEndsThoughSomebodyWaitsForTheTable() throws Exception {
        fill(MANY);

        try (Connection other = database.connection();
                Statement statement = other.createStatement()) {
            ExecutorService threads = Executors.newSingleThreadExecutor();
            // One connection at first: the place of the others is taken by a table that is long in coming.
            database.execute(
                    "CREATE TABLE shop.slow (id int PRIMARY KEY)",
                    "INSERT INTO shop.slow SELECT generate_series(1, " + MANY + ")");
            TableId slow = new TableId("shop", "slow");
            try (TaskRun run = start(Map.of("snapshot.max.threads", "2"), offsets, ITEM, slow)) {
                awaitReaders(2);
                Future<?> alter =
                        threads.submit(() -> statement.execute("ALTER TABLE shop.item ALTER n SET DEFAULT 1"));
                Conditions.await(
                        PATIENCE,
                        "nobody waits for the table",
                        () -> database.number("SELECT count(*) FROM pg_locks WHERE NOT granted"
                                        + " AND mode = 'AccessExclusiveLock'")
                                > 0);

                List<SourceRecord> records = run.pollSnapshots(2);

                assertWhole(copy(TaskRun.ofTopic(records, "erp.shop.item")), MANY);
                alter.get();
            }
            threads.shutdown();
        }
    }

    @Test
    void tablesThatAreDueTogetherAreCopiedAsOfOneMoment() throws Exception {
        database.execute(
                "CREATE TABLE shop.parent (id int PRIMARY KEY, children bigint)",
                "CREATE TABLE shop.child (id int PRIMARY KEY, parent int REFERENCES shop.parent)",
                "INSERT INTO shop.parent SELECT generate_series(0, 9), 10",
                "INSERT INTO shop.child SELECT i, i % 10 FROM generate_series(0, 99) i");
        TableId parent = new TableId("shop", "parent");
        TableId child = new TableId("shop", "child");
        Map<String, String> rhythm = Map.of("poll.interval.ms", "500", "snapshot.skip.unchanged", "false");
        try (TaskRun alone = start(rhythm, offsets, parent)) {
            alone.pollSnapshots(1);
        }
        ExecutorService threads = Executors.newSingleThreadExecutor();
        AtomicBoolean isDone = new AtomicBoolean();
        Future<?> writer = threads.submit(() -> adopt(isDone));
        // One after the other, with one connection, and at the same time with two. The child comes later than the
        // parent.
        for (String connections : List.of("1", "2")) {
            Map<String, String> settings = new HashMap<>(rhythm);
            settings.put("snapshot.max.threads", connections);
            try (TaskRun run = start(settings, offsets, child, parent)) {
                // A table whose copy has lasted longer than the interval may have been copied alone.
                List<SourceRecord> records = run.pollUntil(
                        "three moments of both tables", polled -> bothOf(polled).size() >= 3);

                bothOf(records)
                        .forEach((moment, both) -> assertThat(both.get(0))
                                .as(connections + " at " + moment)
                                .isEqualTo(both.get(1)));
            }
        }
        isDone.set(true);
        writer.get();
        threads.shutdown();
    }

    @Test
    void momentWhoseConnectionIsLostIsLeftForAnother() {
        fill(MANY);
        database.execute(
                "CREATE TABLE shop.second AS SELECT generate_series(1, 10) AS id",
                "CREATE TABLE shop.third AS SELECT generate_series(1, 10) AS id",
                "CREATE TABLE shop.fourth AS SELECT generate_series(1, 10) AS id");

        try (TaskRun run = start(
                Map.of("snapshot.max.threads", "1"),
                offsets,
                ITEM,
                new TableId("shop", "second"),
                new TableId("shop", "third"),
                new TableId("shop", "fourth"))) {
            awaitReaders(1);
            // The transaction that keeps the moment began before those that read as of it.
            assertThat(database.value("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND application_name LIKE 'tablecast/%'"
                            + " AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 1"))
                    .isEqualTo("t");

            List<SourceRecord> records = run.pollSnapshots(4);

            assertWhole(TaskRun.ofTopic(records, "erp.shop.item"), MANY);
            for (String table : List.of("second", "third", "fourth")) {
                assertWhole(TaskRun.ofTopic(records, "erp.shop." + table), 10);
            }
            // The one that found the moment lost is alone, the others have a new one together.
            assertThat(moment(records, "third"))
                    .isEqualTo(moment(records, "fourth"))
                    .isNotEqualTo(moment(records, "item"));
        }
    }

    @Test
    void tablesThatAreLockedKeepNoOtherWaiting() throws Exception {
        database.execute(
                "CREATE TABLE shop.locked (id int)",
                "INSERT INTO shop.locked VALUES (1)",
                "CREATE TABLE shop.locked_too (id int)");
        fill(10);

        try (Connection other = database.connection();
                Statement statement = other.createStatement();
                TaskRun run = start(
                        Map.of("poll.interval.ms", "500", "snapshot.max.threads", "2"),
                        offsets,
                        new TableId("shop", "locked"),
                        new TableId("shop", "locked_too"),
                        ITEM)) {
            run.pollSnapshots(3);
            other.setAutoCommit(false);
            // As many as there are threads.
            statement.execute("LOCK TABLE shop.locked, shop.locked_too");
            for (int id : List.of(11, 12)) {
                database.execute("INSERT INTO shop.item VALUES (" + id + ")");
                run.pollUntil(
                        "the change of the other table",
                        records -> records.stream().anyMatch(record -> isRow(record, "erp.shop.item", id)));
            }

            statement.execute("INSERT INTO shop.locked VALUES (2)");
            other.commit();
            run.pollUntil(
                    "the change of the locked table",
                    records -> records.stream().anyMatch(record -> isRow(record, "erp.shop.locked", 2)));
        }
    }

    @Test
    void whatIsNotOneFileIsReadByOneConnection() {
        database.execute(
                "CREATE TABLE shop.parted (id int) PARTITION BY RANGE (id)",
                "CREATE TABLE shop.parted_1 PARTITION OF shop.parted FOR VALUES FROM (0) TO (3000)",
                "CREATE TABLE shop.parted_2 PARTITION OF shop.parted FOR VALUES FROM (3000) TO (6000)",
                "CREATE TABLE shop.parent (id int)",
                "CREATE TABLE shop.child () INHERITS (shop.parent)",
                "INSERT INTO shop.parted SELECT generate_series(0, 5999)",
                "INSERT INTO shop.parent SELECT generate_series(0, 2999)",
                "INSERT INTO shop.child SELECT generate_series(3000, 5999)",
                "CREATE VIEW shop.seen AS SELECT id FROM shop.parted",
                "CREATE MATERIALIZED VIEW shop.made AS SELECT id FROM shop.parted",
                "CREATE EXTENSION file_fdw",
                "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw",
                "CREATE FOREIGN TABLE shop.far (id int) SERVER files OPTIONS (program 'seq 0 5999')",
                "ANALYZE");

        for (String table : List.of("parted", "parent", "seen", "made", "far")) {
            try (TaskRun run = start(Map.of(), new StoredOffsets(), new TableId("shop", table))) {
                assertWhole(copy(run.pollSnapshots(1)), 6000);
            }
        }
    }

    private TaskRun start(Map<String, String> more, StoredOffsets store, TableId... tables) {
        Map<String, String> properties =
                new HashMap<>(Map.of("snapshot.max.threads", "3", "snapshot.chunk.rows", "1000"));
        properties.putAll(more);
        return TaskRun.start(TaskRun.properties(database, properties, tables), store);
    }

    private void fill(int rows) {
        database.execute("INSERT INTO shop.item SELECT i, 1, repeat('x', 50) FROM generate_series(1, " + rows + ") i");
    }

    private void awaitReaders(int count) {
        Conditions.await(
                PATIENCE,
                () -> database.number(READERS) + " connections read instead of " + count,
                () -> database.number(READERS) == count);
    }

    /** Moves amounts between rows until it is told to stop; each move gives both rows another place. */
    private Void transfer(AtomicBoolean isDone) throws Exception {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            for (int i = 1; !isDone.get(); i = (i + 7919) % (MANY - 1) + 1) {
                statement.execute("UPDATE shop.item SET n = n + CASE id WHEN " + i + " THEN 1 ELSE -1 END WHERE id IN ("
                        + i + ", " + (MANY + 1 - i) + ")" + (2 * i == MANY + 1 ? " AND false" : ""));
            }
        }
        return null;
    }

    /** Gives children other parents until it is told to stop; the parents count their children. */
    private Void adopt(AtomicBoolean isDone) throws SQLException {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            for (int i = 0; !isDone.get(); i++) {
                int child = i * 37 % 100;
                statement.execute("BEGIN; UPDATE shop.parent SET children = children - 1"
                        + " WHERE id = (SELECT parent FROM shop.child WHERE id = " + child + ");"
                        + " UPDATE shop.child SET parent = " + i % 10 + " WHERE id = " + child + ";"
                        + " UPDATE shop.parent SET children = children + 1 WHERE id = " + i % 10 + "; COMMIT");
            }
        }
        return null;
    }

    /** How many children each parent has, as parents and as children tell, at the moments that both have been copied at. */
    private static Map<Object, List<Map<Object, Long>>> bothOf(List<SourceRecord> records) {
        Map<Object, Map<Object, Long>> ofParents = families(TaskRun.ofTopic(records, "erp.shop.parent"));
        Map<Object, Map<Object, Long>> ofChildren = families(TaskRun.ofTopic(records, "erp.shop.child"));
        Map<Object, List<Map<Object, Long>>> both = new HashMap<>();
        ofParents.forEach((moment, families) -> {
            if (ofChildren.containsKey(moment)) {
                both.put(moment, List.of(families, ofChildren.get(moment)));
            }
        });
        return both;
    }

    /** The families in each copy of a table that has ended, by its moment. */
    private static Map<Object, Map<Object, Long>> families(List<SourceRecord> records) {
        Map<Object, Map<Object, Long>> ended = new HashMap<>();
        Map<Object, Long> open = new HashMap<>();
        for (SourceRecord record : records) {
            if (RecordHeaders.begin(record.headers()).isPresent()) {
                open = new HashMap<>();
                continue;
            }
            Struct row = TaskRun.after(record);
            if (row.schema().field("parent") != null) {
                open.merge(row.get("parent"), 1L, Long::sum);
            } else if (row.getInt64("children") > 0) {
                open.put(row.get("id"), row.getInt64("children"));
            }
            if (TaskRun.isEnd(record)) {
                ended.put(TaskRun.envelope(record).getStruct("source").get("ts_us"), open);
            }
        }
        return ended;
    }

    private static boolean isRow(SourceRecord record, String topic, int id) {
        return record.topic().equals(topic)
                && TaskRun.envelope(record).getString("op").equals("r")
                && TaskRun.after(record).getInt32("id") == id;
    }

    /** Where the log stood at the moment that the one copy of a table shows. */
    private static Object moment(List<SourceRecord> records, String table) {
        SourceRecord begin = TaskRun.ofTopic(records, "erp.shop." + table).get(0);
        return TaskRun.envelope(begin).getStruct("source").get("ts_us");
    }

    /** The last copy among the records. */
    private static List<SourceRecord> copy(List<SourceRecord> records) {
        int begin = 0;
        for (int i = 0; i < records.size(); i++) {
            if (RecordHeaders.begin(records.get(i).headers()).isPresent()) {
                begin = i;
            }
        }
        int end = begin;
        while (!TaskRun.isEnd(records.get(end))) {
            end++;
        }
        return records.subList(begin, end + 1);
    }

    private static Stream<Struct> rows(List<SourceRecord> copy) {
        return copy.stream().skip(1).map(TaskRun::after);
    }

    private static void assertWhole(List<SourceRecord> copy, int rows) {
        String id = RecordHeaders.begin(copy.get(0).headers()).orElseThrow().id();
        Set<Object> keys = new HashSet<>();
        for (int i = 1; i < copy.size(); i++) {
            SourceRecord record = copy.get(i);
            String sequence = TaskRun.envelope(record).getStruct("source").getString("sequence");
            assertThat(SnapshotOrdinal.ofSequence(sequence)).contains(new SnapshotOrdinal(id, i));
            assertThat(keys.add(TaskRun.after(record).get("id"))).isTrue();
            assertThat(TaskRun.isEnd(record)).isEqualTo(i == rows);
        }
        assertThat(keys).hasSize(rows);
        assertThat(RecordHeaders.end(copy.get(rows).headers())).contains(new SnapshotEnd(id, rows));
    }
}
