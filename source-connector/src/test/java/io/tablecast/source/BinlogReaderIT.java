// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static io.tablecast.source.BinlogRecords.LAST;
import static io.tablecast.source.BinlogRecords.dataOf;
import static io.tablecast.source.BinlogRecords.haveLast;
import static io.tablecast.source.BinlogRecords.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tablecast.contract.offset.BinlogOffset;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Role;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stream of the binlog: the order of changes, places, transactions, and sessions. */
class BinlogReaderIT {

    /** Of the records at which a run stops, the one that the next run begins with. */
    private static final Map<Integer, Integer> NEXT = Map.of(0, 1, 2, 3, 3, 4, 6, 5, 7, 8, 8, 8, 9, 10);

    private static final String UNKNOWN = "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5";

    static List<MySqlServer> servers() {
        return BinlogServers.all();
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

            assertThat(all.stream().map(BinlogRecords::operation).toList())
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
                            .map(source ->
                                    source.getString("file") + source.getInt64("pos") + ":" + source.getInt32("row")))
                    .as("places of all rows but the new one of a key that was changed")
                    .doesNotHaveDuplicates();
            assertThat(all.stream()
                            .filter(record -> record.value() != null)
                            .map(record ->
                                    TaskRun.envelope(record).getStruct("source").getInt64("pos")))
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
                        .map(BinlogReaderIT::whole)
                        .toList();
                // A row of which not all records were sent is sent again whole.
                int next = NEXT.get(stop);
                assertThat(rest)
                        .as("after record " + stop)
                        .containsExactlyElementsOf(all.subList(next, all.size()).stream()
                                .map(BinlogReaderIT::whole)
                                .toList());
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
            String compressed = server.release() == MySqlRelease.MYSQL
                    ? "SET SESSION binlog_transaction_compression = ON"
                    : "SET @unused = 1";
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
                List<SourceRecord> records = dataOf(run.pollUntil(LAST, BinlogRecords::haveLast));

                assertThat(records.stream().map(BinlogRecords::operation).filter(operation -> !operation.equals("t")))
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
                List<SourceRecord> records = dataOf(run.pollUntil(LAST, BinlogRecords::haveLast));

                assertThat(Replica.of(records).texts()).containsExactly("4|" + LAST);
            }
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                database.execute("XA COMMIT " + xid + ",'a'", "XA ROLLBACK " + xid + ",'b'");
                database.execute("XA START " + xid + ",'c'; INSERT INTO orders VALUES (5, 'one phase');" + " XA END "
                        + xid + ",'c'; XA COMMIT " + xid + ",'c' ONE PHASE");
                database.execute("INSERT INTO orders VALUES (6, '" + LAST + "')");
                List<SourceRecord> records = dataOf(run.pollUntil(LAST, BinlogRecords::haveLast));

                assertThat(records.stream().map(BinlogRecords::operation)).containsExactly("c", "c", "c", "c");
                assertThat(Replica.of(records).texts())
                        .containsExactly("1|committed", "2|too", "5|one phase", "6|" + LAST);
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void idleTableMovesItsOffsetWhileOthersAreBusy(MySqlServer server) throws Exception {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute("CREATE TABLE idle (id int PRIMARY KEY)");
            database.execute(StockWrites.TABLE);
            Map<String, String> properties = TaskRun.properties(
                    database, Map.of("snapshot.mode", "no_data", "heartbeat.interval.ms", "1"), "idle");
            StoredOffsets offsets = new StoredOffsets();
            AtomicBoolean isOver = new AtomicBoolean();
            ExecutorService writer = Executors.newSingleThreadExecutor();
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                BinlogOffset first = BinlogOffset.of(run.pollUntil("a heartbeat", records -> !records.isEmpty())
                        .get(0)
                        .sourceOffset());
                Future<?> writing = writer.submit(() -> StockWrites.until(database, isOver));
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
    void idleTableGoesAlongThroughFilesWithoutTransactions(MySqlServer server) {
        try (MySqlDatabase database = server.createDatabase()) {
            database.execute("CREATE TABLE idle (id int PRIMARY KEY)");
            Map<String, String> properties = TaskRun.properties(
                    database, Map.of("snapshot.mode", "no_data", "heartbeat.interval.ms", "1"), "idle");
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                run.pollUntil("a heartbeat", records -> !records.isEmpty());
                database.execute("FLUSH BINARY LOGS", "FLUSH BINARY LOGS", "FLUSH BINARY LOGS");
                List<String> files = database.column("SHOW BINARY LOGS");
                String last = files.get(files.size() - 1);

                run.pollUntil(
                        "an offset in " + last,
                        records -> records.stream()
                                .anyMatch(record -> BinlogOffset.of(record.sourceOffset())
                                        .file()
                                        .equals(last)));
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
    void placesThatUsersSendAreCheckedAgainstTheServer(MySqlServer server) {
        try (MySqlDatabase database = server.createDatabase()) {
            boolean hasGtids = !server.release().isMariaDb() && !server.equals(BinlogServers.withoutGtids());
            List<String> status =
                    database.rows(server.release().binlogStatusCommand()).get(0);
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
            if (server.equals(BinlogServers.withoutGtids())) {
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
                    return haveLast(records);
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
            return dataOf(run.pollUntil(LAST, BinlogRecords::haveLast));
        }
    }

    private static String whole(SourceRecord record) {
        return operation(record) + " " + record.key()
                + (record.value() == null ? "" : " " + TaskRun.envelope(record).getStruct("after"));
    }
}
