// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static io.tablecast.sink.snapshot.Bench.NEXT_OFFSET;
import static org.apache.kafka.connect.data.Schema.Type.INT64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What readers see while snapshots are switched in. Every row of a snapshot carries the snapshot's version. */
final class SwapReadersIT {

    private static final SourceShape SOURCE = SourceShape.withKey().column("version", INT64, "bigint");
    private static final int ROWS = 500;

    private final Database database = PostgresServer.shared().createDatabase();
    private final Bench bench = Bench.on(database);

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @ParameterizedTest
    @EnumSource(value = SwapMode.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void noReaderSeesAnEmptyOrMixedTableDuringManySwaps(SwapMode mode) throws Exception {
        Bench swapping = bench.with(SnapshotApply.SWAP, mode);
        swapping.loaded(SOURCE, rows(1));
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicLong lastSwap = new AtomicLong(1);
        CompletableFuture<Integer> committed = CompletableFuture.supplyAsync(() -> readCommitted(isOver));
        CompletableFuture<Integer> repeatable = CompletableFuture.supplyAsync(() -> repeatableReads(isOver, lastSwap));

        for (long version = 2; version <= 12; version++) {
            swapping.loaded(SOURCE, rows(version));
            lastSwap.set(version);
        }
        isOver.set(true);

        assertThat(committed.get()).isPositive();
        assertThat(repeatable.get()).isPositive();
        assertThat(versionSeen(database)).isEqualTo(12);
    }

    @ParameterizedTest
    @EnumSource(value = SwapMode.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void readerWithAnOlderSnapshotThatComesAfterTheSwitchSeesAllRows(SwapMode mode) throws Exception {
        Bench swapping = bench.with(SnapshotApply.SWAP, mode);
        swapping.loaded(SOURCE, rows(1));

        try (Connection reader = repeatableRead()) {
            swapping.loaded(SOURCE, rows(2));

            assertThat(version(reader)).isEqualTo(2);
            assertThat(byKey(reader)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(value = SwapMode.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void readerThatHasReadBeforeKeepsItsRowsAndDelaysTheSwitch(SwapMode mode) throws Exception {
        Bench swapping = bench.with(SnapshotApply.SWAP, mode);
        swapping.loaded(SOURCE, rows(1));
        SnapshotLoad load;

        try (Connection reader = repeatableRead()) {
            assertThat(version(reader)).isEqualTo(1);
            load = start(swapping, rows(2));
            awaitLockWait();

            assertThat(version(reader)).isEqualTo(1);
            assertThat(load.state()).isEqualTo(LoadState.SWITCHING);
        }
        Bench.awaitEnd(load);

        assertThat(load.state()).isEqualTo(LoadState.DONE);
        assertThat(versionSeen(database)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(value = SwapMode.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void longReaderNeverMakesNewReadersWaitForIt(SwapMode mode) throws Exception {
        Bench swapping = bench.with(SnapshotApply.SWAP, mode);
        swapping.loaded(SOURCE, rows(1));
        SnapshotLoad load;
        int readsBehindAWaitingSwitch = 0;

        try (Connection longReader = repeatableRead();
                Connection prober = database.connection()) {
            version(longReader);
            load = start(swapping, rows(2));
            // A prober that waits for the long reader itself fails here: five attempts of the switch take far longer.
            execute(prober, "SET statement_timeout = '2s'");
            while (readsBehindAWaitingSwitch < 5) {
                if (isSwitchWaiting()) {
                    assertThat(version(prober)).isEqualTo(1);
                    readsBehindAWaitingSwitch++;
                }
                assertThat(version(prober)).isEqualTo(1);
            }
        }
        Bench.awaitEnd(load);

        assertThat(load.state()).isEqualTo(LoadState.DONE);
        assertThat(versionSeen(database)).isEqualTo(2);
    }

    private int readCommitted(AtomicBoolean isOver) {
        try (Connection reader = database.connection()) {
            int reads = 0;
            while (!isOver.get()) {
                version(reader);
                reads++;
            }
            return reads;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    // Each transaction takes its snapshot before a swap and touches the table only after it.
    private int repeatableReads(AtomicBoolean isOver, AtomicLong lastSwap) {
        int reads = 0;
        while (!isOver.get()) {
            try (Connection reader = repeatableRead()) {
                long before = lastSwap.get();
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> isOver.get() || lastSwap.get() > before);
                long first = version(reader);
                assertThat(version(reader)).isEqualTo(first);
                reads++;
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
        return reads;
    }

    private Connection repeatableRead() throws SQLException {
        Connection reader = database.connection();
        reader.setAutoCommit(false);
        reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        // The snapshot is taken by the first query, whatever it reads.
        execute(reader, "SELECT count(*) FROM public.stored_offset");
        return reader;
    }

    private SnapshotLoad start(Bench swapping, List<Struct> rows) {
        SnapshotLoad load = swapping.start(SOURCE);
        Bench.add(load, rows);
        load.end(new SnapshotEnd(load.snapshotId(), rows.size()), NEXT_OFFSET);
        return load;
    }

    private void awaitLockWait() {
        await().until(this::isSwitchWaiting);
    }

    private boolean isSwitchWaiting() {
        return database.number("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"
                        + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")
                > 0;
    }

    /** The one version that a reader sees, once it is sure that all rows of it are there and no other ones. */
    private static long version(Connection reader) throws SQLException {
        try (Statement statement = reader.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT count(*), count(DISTINCT version), max(version), sum(id) FROM shop.orders")) {
            rows.next();
            assertThat(rows.getLong(1)).isEqualTo(ROWS);
            assertThat(rows.getLong(2)).isEqualTo(1);
            assertThat(rows.getLong(4)).isEqualTo((long) ROWS * (ROWS + 1) / 2);
            return rows.getLong(3);
        }
    }

    private static long byKey(Connection reader) throws SQLException {
        execute(reader, "SET LOCAL enable_seqscan = off");
        try (Statement statement = reader.createStatement();
                ResultSet rows = statement.executeQuery("SELECT version FROM shop.orders WHERE id = 77")) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    private static long versionSeen(Database database) throws SQLException {
        try (Connection reader = database.connection()) {
            return version(reader);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<Struct> rows(long version) {
        Schema schema = SOURCE.row();
        List<Struct> rows = new ArrayList<>();
        for (long id = 1; id <= ROWS; id++) {
            rows.add(new Struct(schema).put("id", id).put("version", version));
        }
        return rows;
    }
}
