// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.metrics.TaskMetrics;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SessionPool;
import io.tablecast.source.reading.BoundedRecordBuffer;
import io.tablecast.source.reading.ModeReader;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.PostgresVersion;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions go from table to table, and bring nothing along. */
@ParameterizedClass
@EnumSource(names = {"OLDEST", "NEWEST"})
class SessionReuseIT {

    private static final int TABLES_OF_A_MODE = 10;
    private static final int LARGE = 5_000;

    private final Database database;
    private final Connections connections;

    SessionReuseIT(PostgresVersion version) {
        this.database = PostgresServer.shared(version).createDatabase();
        this.connections = new Connections(
                TaskSettings.parse(properties(List.of())).source().connection());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void allModesShareFewerSessionsThanTheyHaveTablesAndLeaveThemAsNew() throws Exception {
        List<TableId> tables = createTables();
        SessionPool pool = connections.pool(3 * tables.size());
        BoundedRecordBuffer buffer = new BoundedRecordBuffer(20_000, 64L << 20, 5_000);
        try (Connection counting = database.connection()) {
            long before = sessions(counting);
            List<ModeReader> readers = new TaskReaders(
                            TaskSettings.parse(properties(tables)), connections, pool, buffer, metrics(), Map::of)
                    .plan(Map.of());
            readers.forEach(ModeReader::start);
            try {
                awaitCopies(buffer, tables.size());
            } finally {
                readers.forEach(ModeReader::stop);
            }

            assertThat(sessions(counting) - before).isBetween(1L, tables.size() - 1L);
            try (Connection fresh = connections.open()) {
                Map<String, String> expected = state(fresh);
                // All that readers' sessions are given beyond what any session is: Transactions.LOCK_PATIENCE.
                expected.put("lock_timeout", "2000");
                assertThat(states(pool, database.value("SELECT clock_timestamp()")))
                        .isNotEmpty()
                        .allSatisfy(state -> assertThat(state.entrySet())
                                .filteredOn(entry -> !expected.entrySet().contains(entry))
                                .isEmpty());
            }
        }
        pool.closeAll();
    }

    @Test
    void sessionThatTheServerEndedWhileItWaitedIsReplacedUnseen() throws SQLException {
        SessionPool pool = connections.pool(1);
        Connection first = pool.take();
        long process = number(first, "SELECT pg_backend_pid()");
        pool.giveBack(first);
        database.execute("SELECT pg_terminate_backend(" + process + ", 10000)");

        try (Connection second = pool.take()) {
            assertThat(number(second, "SELECT pg_backend_pid()")).isNotEqualTo(process);
        }
    }

    @Test
    void sessionThatWaitsHoldsNothing() throws SQLException {
        database.execute("CREATE TABLE item (id integer)");
        SessionPool pool = connections.pool(1);
        Connection used = pool.take();
        long process = number(used, "SELECT pg_backend_pid()");
        used.setAutoCommit(false);
        try (Statement statement = used.createStatement()) {
            statement.execute("LOCK TABLE item IN ACCESS SHARE MODE");
            statement.execute("SELECT pg_export_snapshot()");
        }

        pool.giveBack(used);

        Conditions.await(
                Duration.ofSeconds(30),
                "the session is not idle",
                () -> "idle".equals(database.value("SELECT state FROM pg_stat_activity WHERE pid = " + process)));
        assertThat(database.number("SELECT count(*) FROM pg_locks WHERE pid = " + process))
                .isZero();
        pool.closeAll();
    }

    private Map<String, String> properties(List<TableId> tables) {
        Map<String, String> more = new HashMap<>(Map.of("mode", "queue", "snapshot.chunk.rows", "1000"));
        for (TableId table : tables) {
            if (table.name().startsWith("s")) {
                more.put("table." + table + ".mode", "snapshot");
            } else if (table.name().startsWith("i")) {
                more.put("table." + table + ".mode", "incremental");
                more.put("table." + table + ".control.column", "id");
            }
        }
        return TaskRun.properties(database, more, tables.toArray(TableId[]::new));
    }

    /** Ten of each mode, the first of them large enough for several sessions at once. */
    private List<TableId> createTables() {
        List<TableId> tables = new ArrayList<>();
        List<String> statements = new ArrayList<>(List.of("CREATE SCHEMA shop"));
        for (String mode : List.of("q", "s", "i")) {
            for (int i = 0; i < TABLES_OF_A_MODE; i++) {
                TableId table = new TableId("shop", mode + i);
                tables.add(table);
                statements.add("CREATE TABLE " + table + " (id bigint PRIMARY KEY, note text)");
                statements.add("INSERT INTO " + table + " SELECT n, repeat('x', 100) FROM generate_series(1, "
                        + (i == 0 ? LARGE : 10) + ") AS n");
            }
        }
        statements.add("ANALYZE");
        // A new session looks into pg_catalog first whatever this says, and so does a used one.
        statements.add("ALTER DATABASE " + Database.quote(database.name()) + " SET search_path = shop, pg_catalog");
        database.execute(statements.toArray(String[]::new));
        return tables;
    }

    private static void awaitCopies(BoundedRecordBuffer buffer, int count) {
        AtomicLong ends = new AtomicLong();
        Conditions.await(Duration.ofMinutes(2), () -> "only " + ends + " copies have ended", () -> {
            buffer.throwIfFailed();
            ends.addAndGet(buffer.take(Duration.ofMillis(50)).stream()
                    .filter(TaskRun::isEnd)
                    .count());
            return ends.get() >= count;
        });
    }

    private TaskMetrics metrics() {
        return TaskMetrics.create(
                new TaskRun.Context(
                        Map.of(),
                        new StoredOffsets(),
                        new PluginMetricsImpl(new Metrics(), new LinkedHashMap<>(Map.of("task", "0")))),
                Clock.systemUTC());
    }

    /** How many sessions of the database have begun. */
    private static long sessions(Connection connection) throws SQLException {
        return number(
                connection, "SELECT sessions FROM pg_catalog.pg_stat_database WHERE datname = current_database()");
    }

    /** What the sessions that wait in a pool are like at their next use. */
    private static List<Map<String, String>> states(SessionPool pool, String moment) throws SQLException {
        List<Map<String, String>> states = new ArrayList<>();
        Connection next = pool.take();
        while (number(
                        next,
                        "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid() AND backend_start < '"
                                + moment + "'")
                == 1) {
            states.add(state(next));
            pool.close(next);
            next = pool.take();
        }
        pool.close(next);
        return states;
    }

    private static Map<String, String> state(Connection connection) throws SQLException {
        Map<String, String> state = new TreeMap<>();
        state.put("autocommit", String.valueOf(connection.getAutoCommit()));
        state.put("read only", String.valueOf(connection.isReadOnly()));
        state.put("isolation", String.valueOf(connection.getTransactionIsolation()));
        state.put("network timeout", String.valueOf(connection.getNetworkTimeout()));
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(
                    // Modules bring settings of their own along when they are loaded.
                    "SELECT name, setting FROM pg_catalog.pg_settings WHERE name NOT LIKE '%.%'")) {
                while (rows.next()) {
                    state.put(rows.getString(1), rows.getString(2));
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT locktype, objid, count(*) FROM pg_catalog.pg_locks"
                    + " WHERE pid = pg_backend_pid() AND locktype = 'advisory' GROUP BY 1, 2")) {
                while (rows.next()) {
                    state.put("lock " + rows.getString(2), rows.getString(3));
                }
            }
        }
        return state;
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }
}
