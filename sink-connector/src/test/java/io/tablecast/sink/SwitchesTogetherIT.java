// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Database;
import io.tablecast.testing.Role;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Sinks with connectors, roles, schemas and topics of their own switch in what they have staged, at the same moment in one
 * database.
 */
class SwitchesTogetherIT {

    private static final String WAITING = "SELECT application_name FROM pg_stat_activity"
            + " WHERE datname = current_database() AND query LIKE '%virtualxid = ANY%'"
            + " AND application_name LIKE 'tablecast/%' ORDER BY 1";

    private final Destination destination = Destination.create();
    private final Database database = destination.database();
    private final List<Sink> sinks = new ArrayList<>();

    @AfterEach
    void end() {
        sinks.forEach(sink -> sink.task.close());
        destination.close();
    }

    @Test
    void noneWaitsForTheOpenTransactionOfAnother() throws Exception {
        for (int number = 1; number <= 5; number++) {
            new Sink(number, "lock.timeout.ms", "60000").copy("s1", 10);
        }
        try (Connection inTheWay = database.connection()) {
            // It keeps the old tables where they are, but no snapshot.
            inTheWay.setAutoCommit(false);
            for (Sink sink : sinks) {
                execute(inTheWay, "LOCK TABLE " + sink.table() + " IN ACCESS SHARE MODE");
                sink.stageRows("s2", 20);
            }
            sinks.forEach(sink -> sink.endCopy("s2", 20));
            turnUntil("each is in the transaction that switches", () -> held().size() == sinks.size());
            inTheWay.commit();
            drain();
        }

        assertThat(sinks).allMatch(sink -> sink.rows() == 20);
        assertThat(sinks).allMatch(sink -> sink.remarks().isEmpty());
    }

    @Test
    void anOldReaderIsWaitedForByThoseAloneThatWouldShowItAnEmptyTable() throws Exception {
        Sink swapping = new Sink(1);
        Sink swappingToo = new Sink(2);
        Sink merging = new Sink(3, "snapshot.apply", "merge");
        Sink emptying = new Sink(4, "snapshot.apply", "truncate");
        Sink inOneTransaction = new Sink(5);
        sinks.forEach(sink -> sink.copy("s1", 10));
        Role somebody = database.createRole("somebody");
        try (Connection reader = database.connection();
                Connection idle = database.connection(somebody)) {
            reader.setAutoCommit(false);
            reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            value(reader, "SELECT count(*) FROM s3.t3");
            // It is open, too, and takes a new snapshot for whatever it reads next.
            idle.setAutoCommit(false);
            execute(idle, "LOCK TABLE pg_class IN ACCESS SHARE MODE");
            for (Sink sink : List.of(swapping, swappingToo, merging, emptying)) {
                sink.stageRows("s2", 20);
                sink.endCopy("s2", 20);
            }
            inOneTransaction.snapshots.whole("s2", "queue", 20);
            turnUntil(
                    "the others have switched",
                    () -> merging.rows() == 20 && emptying.rows() == 20 && inOneTransaction.rows() == 20);
            turnUntil(
                    "two wait",
                    () -> database.column(WAITING).equals(List.of(swapping.session(), swappingToo.session())));

            assertThat(List.of(swapping.rows(), swappingToo.rows())).containsOnly(10L);
            assertThat(value(reader, "SELECT count(*) FROM s1.t1")).isEqualTo("10");
            assertThat(value(reader, "SELECT count(*) FROM s2.t2")).isEqualTo("10");
            assertThat(value(reader, "SELECT count(*) FROM s5.t5"))
                    .as("rows of one transaction are frozen")
                    .isEqualTo("20");
            assertThat(database.column(
                            "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND application_name LIKE 'tablecast/%' AND state LIKE 'idle in transaction%'"))
                    .as("who waits is waited for by nobody")
                    .isEmpty();
            reader.commit();
            drain();
        }

        assertThat(sinks).allMatch(sink -> sink.rows() == 20);
        assertThat(sinks).allMatch(sink -> sink.remarks().isEmpty());
    }

    private List<String> held() {
        return database.column("SELECT DISTINCT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                + " WHERE NOT l.granted AND l.locktype = 'relation' AND a.datname = current_database()");
    }

    private void drain() {
        turnUntil("everything is committed", () -> sinks.stream().allMatch(Sink::isDrained));
    }

    // Several tasks on one thread: each turn of one is short, whatever it waits for.
    private void turnUntil(String what, BooleanSupplier condition) {
        sinks.get(0).task.turnUntil(what, () -> {
            sinks.stream().skip(1).forEach(sink -> sink.task.turn());
            return condition.getAsBoolean();
        });
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** A sink of its own with one table, {@code s1.t1} for the first. */
    private final class Sink {

        private final int number;
        private final TopicLog log;
        private final Orders orders;
        private final Snapshots snapshots;
        private final DrivenTask task;

        Sink(int number, String... keysAndValues) {
            this.number = number;
            log = new TopicLog("erp.shop.t" + number, 0);
            orders = new Orders(log, "t" + number);
            snapshots = new Snapshots(orders);
            Role role = database.createRole("sink_" + number);
            database.execute("GRANT CREATE ON DATABASE " + Database.quote(database.name()) + " TO "
                    + Database.quote(role.name()));
            List<String> settings = new ArrayList<>(List.of(
                    "name", "sink-" + number,
                    "connection.user", role.name(),
                    "connection.password", role.password(),
                    "metadata.schema", "tablecast_" + number,
                    "table.name.format", "s" + number + ".${table}"));
            settings.addAll(List.of(keysAndValues));
            task = destination.task(settings.toArray(String[]::new));
            task.open(log);
            sinks.add(this);
        }

        /** Applies a whole copy. */
        void copy(String id, int rows) {
            snapshots.whole(id, "queue", rows);
            task.drain();
        }

        /** Applies all rows but the last of a copy that is loaded in batches, because changes may come among its rows. */
        void stageRows(String id, int rows) {
            snapshots.beginInterleaved(id);
            snapshots.rows(id, 1, rows - 1);
            task.turnUntil("rows are committed aside", () -> rowsAside() == rows - 1);
        }

        void endCopy(String id, int rows) {
            snapshots.lastRows(id, rows, rows);
        }

        long rowsAside() {
            return tableAside().isEmpty() ? 0 : database.number("SELECT count(*) FROM " + tableAside());
        }

        String tableAside() {
            return database
                    .column("SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relname LIKE 't" + number
                            + "\\_\\_tc\\_%' AND relname <> (SELECT split_part(storage_table, '.', 2) FROM tablecast_"
                            + number + ".table_state)")
                    .stream()
                    .findFirst()
                    .orElse("");
        }

        String table() {
            return "s" + number + ".t" + number;
        }

        long rows() {
            return database.number("SELECT count(*) FROM " + table());
        }

        boolean isDrained() {
            return task.committed().get(log.partition()).offset() == log.end();
        }

        String session() {
            return "tablecast/sink-" + number;
        }

        List<String> remarks() {
            return database.column("SELECT detail FROM tablecast_" + number + ".run_log WHERE detail IS NOT NULL");
        }
    }
}
