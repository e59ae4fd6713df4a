// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static io.tablecast.sink.snapshot.Bench.NEXT_OFFSET;
import static org.apache.kafka.connect.data.Schema.Type.INT32;
import static org.apache.kafka.connect.data.Schema.Type.STRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.structure.Names;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SnapshotLoadIT {

    private static final SourceShape SOURCE = SourceShape.withKey()
            .column("status", STRING, "character varying(10)")
            .index("by_status", "status");

    private final Database database = PostgresServer.shared().createDatabase();
    private final Bench bench = Bench.on(database);

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void firstLoadMakesAViewOverATableWithKeyIndexesAndStatistics() throws Exception {
        LoadResult result = bench.loaded(SOURCE, rows(1, 3));

        assertThat(result.rows()).isEqualTo(3);
        assertThat(result.isComplete()).isTrue();
        assertThat(result.isShapeChanged()).isTrue();
        assertThat(database.rows("SELECT id, status FROM shop.orders ORDER BY id"))
                .containsExactly(List.of("1", "s1"), List.of("2", "s2"), List.of("3", "s3"));
        assertThat(database.value("SELECT relkind FROM pg_class WHERE oid = 'shop.orders'::regclass"))
                .isEqualTo("v");
        assertThat(database.column("SELECT indexname FROM pg_indexes WHERE schemaname = 'shop' ORDER BY 1"))
                .hasSize(2)
                .allMatch(name -> name.matches("(by_status|orders_pkey)__tc_[0-9a-f]{10}"));
        assertThat(database.number(
                        "SELECT reltuples::int FROM pg_class WHERE oid = '" + result.storage() + "'::regclass"))
                .isEqualTo(3);
        assertThat(database.number("SELECT next_offset FROM stored_offset")).isEqualTo(NEXT_OFFSET);
        assertThat(database.number("SELECT count(*) FROM running_load")).isZero();
    }

    @Test
    void emptySnapshotMakesAnEmptyTable() throws Exception {
        bench.loaded(SOURCE, rows(1, 3));

        LoadResult result = bench.loaded(SOURCE, List.of());

        assertThat(result.rows()).isZero();
        assertThat(database.number("SELECT count(*) FROM shop.orders")).isZero();
    }

    @Test
    void laterLoadsReplaceAllRowsAndKeepOnlyTheTableBefore() throws Exception {
        bench.loaded(SOURCE, rows(1, 3));
        LoadResult second = bench.loaded(SOURCE, rows(2, 5));
        LoadResult third = bench.loaded(SOURCE, rows(3, 4));

        assertThat(third.isShapeChanged()).isFalse();
        assertThat(database.column("SELECT id FROM shop.orders ORDER BY id")).containsExactly("3", "4");
        assertThat(database.column("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace ="
                        + " 'shop'::regnamespace"))
                .containsExactlyInAnyOrder(
                        second.storage().name(), third.storage().name());
        assertThat(database.number(
                        "SELECT count(*) FROM shop." + second.storage().name()))
                .isEqualTo(4);
    }

    @Test
    void previousTableIsDroppedWhereItIsNotWanted() throws Exception {
        Bench frugal = bench.set(s -> new LoadSettings(
                s.apply(),
                s.swapMode(),
                LoadSettings.Previous.DROPPED,
                s.truncateReach(),
                s.sequenceReset(),
                LoadSettings.Statistics.LEFT_ALONE,
                s.shape(),
                s.columnDrop(),
                s.evolution(),
                s.grantSelectTo(),
                s.postSwapSql(),
                s.lockTimeout(),
                s.limits(),
                s.maximumQueueBytes()));
        frugal.loaded(SOURCE, rows(1, 3));
        frugal.loaded(SOURCE, rows(1, 3));

        assertThat(tables()).hasSize(1);
    }

    @Test
    void repeatsOfASendingProducerAreDropped() throws Exception {
        SnapshotLoad load = bench.start(SOURCE);
        Bench.add(load, rows(1, 10));
        Bench.add(load, rows(1, 12));
        load.end(new SnapshotEnd(load.snapshotId(), 12), NEXT_OFFSET);
        Bench.awaitEnd(load);

        LoadResult result = load.result().orElseThrow();
        assertThat(result.rows()).isEqualTo(12);
        assertThat(result.repeats()).isEqualTo(10);
        assertThat(result.isComplete()).isTrue();
        assertThat(database.number("SELECT count(*) FROM shop.orders")).isEqualTo(12);
    }

    @Test
    void missingRowsAreTold() {
        SnapshotLoad load = bench.start(SOURCE);
        Bench.add(load, rows(1, 3));
        load.end(new SnapshotEnd(load.snapshotId(), 4), NEXT_OFFSET);
        Bench.awaitEnd(load);

        LoadResult result = load.result().orElseThrow();
        assertThat(result.isComplete()).isFalse();
        assertThat(result.expectedRows()).isEqualTo(4);
    }

    @Test
    void rowThatDoesNotFitFailsTheLoadAndIsNamed() throws Exception {
        bench.loaded(SOURCE, rows(1, 3));
        SourceShape small = SourceShape.withKey().column("n", INT32, "smallint");
        List<Struct> rows = List.of(
                new Struct(small.row()).put("id", 1L).put("n", 1),
                new Struct(small.row()).put("id", 2L).put("n", 70_000));

        SnapshotLoad load = bench.load(small, rows);

        assertThat(load.state()).isEqualTo(LoadState.FAILED);
        assertThat(load.failure().orElseThrow())
                .isInstanceOf(DataException.class)
                .hasMessage("row 2 of the snapshot (offset 101): Column \"n\": the number 70000 does not fit its"
                        + " destination type smallint.");
        assertThat(database.number("SELECT count(*) FROM shop.orders")).isEqualTo(3);
        assertThat(tables()).hasSize(1);
    }

    @Test
    void rowThatTheServerRefusesFailsTheLoadWithItsLine() {
        SourceShape source = SourceShape.withKey().column("span", STRING, "int4range");
        List<Struct> rows = List.of(
                new Struct(source.row()).put("id", 1L).put("span", "[1,9)"),
                new Struct(source.row()).put("id", 2L).put("span", "[9,1)"));

        SnapshotLoad load = bench.load(source, rows);

        assertThat(load.failure().orElseThrow())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("range lower bound must be less than or equal to range upper bound")
                .hasMessageContaining("line 2, column span");
        assertThat(tables()).isEmpty();
    }

    @Test
    void closedLoadLeavesNothing() throws Exception {
        bench.loaded(SOURCE, rows(1, 3));
        SnapshotLoad load = bench.start(SOURCE);
        Bench.add(load, rows(1, 5000));
        await().until(() -> load.rows() > 0);

        load.close();

        assertThat(load.state()).isEqualTo(LoadState.ABANDONED);
        assertThat(load.failure()).isEmpty();
        await().until(() -> tables().size() == 1);
        assertThat(database.number("SELECT count(*) FROM shop.orders")).isEqualTo(3);
        assertThat(database.number("SELECT count(*) FROM stored_offset")).isEqualTo(1);
    }

    @Test
    void loadIsClosedAlsoWhileItsSwitchWaits() throws Exception {
        bench.loaded(SOURCE, rows(1, 3));
        try (var reader = database.connection()) {
            reader.setAutoCommit(false);
            reader.createStatement().executeQuery("SELECT * FROM shop.orders").close();
            SnapshotLoad load = bench.start(SOURCE);
            load.end(new SnapshotEnd(load.snapshotId(), 0), NEXT_OFFSET);
            await().until(() -> load.state() == LoadState.SWITCHING);

            load.close();

            assertThat(load.state()).isEqualTo(LoadState.ABANDONED);
        }
        assertThat(database.number("SELECT count(*) FROM shop.orders")).isEqualTo(3);
    }

    @Test
    void crashOfTheSessionFailsTheLoadWithARetriableStateAndLeavesNothing() throws Exception {
        bench.loaded(SOURCE, rows(1, 3));
        SnapshotLoad load = bench.start(SOURCE);
        Bench.add(load, rows(1, 5000));
        await().until(() -> load.rows() > 0);

        database.execute("SELECT pg_terminate_backend(pid, 10000) FROM running_load");
        Bench.add(load, rows(5001, 50_000));
        load.end(new SnapshotEnd(load.snapshotId(), 50_000), NEXT_OFFSET);
        Bench.awaitEnd(load);

        assertThat(load.state()).isEqualTo(LoadState.FAILED);
        assertThat(load.failure().orElseThrow())
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).matches("08...|57P01"));
        assertThat(tables()).hasSize(1);
        assertThat(bench.loaded(SOURCE, rows(1, 7)).rows()).isEqualTo(7);
    }

    @Test
    void newOwnerEndsTheLoadOfTheOneBefore() throws Exception {
        SnapshotLoad zombie = bench.start(SOURCE);
        Bench.add(zombie, rows(1, 5000));
        await().until(() -> zombie.rows() > 0);

        LoadResult result = bench.loaded(SOURCE, rows(1, 3));
        zombie.end(new SnapshotEnd(zombie.snapshotId(), 5000), NEXT_OFFSET);
        Bench.awaitEnd(zombie);

        assertThat(result.rows()).isEqualTo(3);
        assertThat(zombie.state()).isEqualTo(LoadState.FAILED);
        assertThat(database.number("SELECT count(*) FROM shop.orders")).isEqualTo(3);
        assertThat(tables()).containsExactly(result.storage().name());
    }

    @Test
    void failingOffsetKeepsTheOldRows() throws Exception {
        bench.loaded(SOURCE, rows(1, 3));
        database.execute("ALTER TABLE stored_offset ADD CHECK (next_offset < 0) NOT VALID");

        SnapshotLoad load = bench.load(SOURCE, rows(1, 9));

        assertThat(load.state()).isEqualTo(LoadState.FAILED);
        assertThat(load.failure().orElseThrow()).hasMessageContaining("stored_offset_next_offset_check");
        assertThat(database.number("SELECT count(*) FROM shop.orders")).isEqualTo(3);
    }

    @Test
    void columnWithoutABinaryFormIsLoadedAsText() throws Exception {
        SourceShape source =
                SourceShape.withKey().column("span", STRING, "int4range").column("text", STRING, "text");
        List<Struct> rows = List.of(
                new Struct(source.row()).put("id", 1L).put("span", "[1,5)").put("text", "a\tb\\c\nd\r\\N"),
                new Struct(source.row()).put("id", 2L));

        bench.loaded(source, rows);

        assertThat(database.value("SELECT span::text FROM shop.orders WHERE id = 1"))
                .isEqualTo("[1,5)");
        assertThat(database.value("SELECT text FROM shop.orders WHERE id = 1")).isEqualTo("a\tb\\c\nd\r\\N");
        assertThat(database.number("SELECT count(*) FROM shop.orders WHERE id = 2 AND span IS NULL AND text IS NULL"))
                .isEqualTo(1);
    }

    @Test
    void namesThatAreLongMixedReservedOrDottedWork() throws Exception {
        for (String name : List.of("Select", "a.b", "größe ".repeat(12), "say \"hi\"", "x".repeat(63))) {
            TableId table = Names.fit(new TableId("My.Shop", name));
            Bench here = bench.into(table);
            here.loaded(SOURCE, rows(1, 3));
            here.loaded(SOURCE, rows(1, 4));
            LoadResult last = here.loaded(SOURCE, rows(1, 5));

            String quoted = "\"My.Shop\".\"" + table.name().replace("\"", "\"\"") + "\"";
            assertThat(database.number("SELECT count(*) FROM " + quoted)).isEqualTo(5);
            assertThat(last.storage().name()).matches(".*__tc_[0-9a-f]{10}");
        }
        assertThat(database.number("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace ="
                        + " '\"My.Shop\"'::regnamespace"))
                .isEqualTo(2 * 5);
    }

    @Test
    void fullQueueAsksForAPause() throws Exception {
        SnapshotLoad load;
        List<Struct> rows = rows(1, 30_000);
        try (Connection hindrance = database.connection()) {
            hindrance.setAutoCommit(false);
            try (Statement statement = hindrance.createStatement()) {
                statement.execute("LOCK TABLE running_load");
            }
            load = bench.start(SOURCE);
            Bench.add(load, rows);
            assertThat(load.isQueueFull()).isTrue();
            hindrance.rollback();
        }
        load.end(new SnapshotEnd(load.snapshotId(), rows.size()), NEXT_OFFSET);
        Bench.awaitEnd(load);

        assertThat(load.isQueueFull()).isFalse();
        assertThat(database.number("SELECT count(*) FROM shop.orders")).isEqualTo(30_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot", "queue"})
    void roleThatMayOnlyCreateSchemasIsEnough(String mode) throws Exception {
        Bench modest = bench.inMode(mode).as(database.createRole("modest"));
        SnapshotLoad zombie = modest.start(SOURCE);
        Bench.add(zombie, rows(1, 5000));
        await().until(() -> zombie.rows() > 0);

        modest.loaded(SOURCE, rows(1, 3));
        modest.loaded(SOURCE, rows(1, 4));
        modest.loaded(SOURCE, rows(1, 5));

        assertThat(database.number("SELECT count(*) FROM shop.orders")).isEqualTo(5);
        assertThat(tables()).hasSize(2);
        zombie.close();
    }

    @Test
    void roleWithoutRightsIsToldWhatToGrant() {
        Role modest = database.createRole("modest");
        Bench powerless = bench.as(modest);
        database.execute("REVOKE CREATE ON DATABASE \"" + database.name() + "\" FROM \"" + modest.name() + "\"");

        assertThat(powerless.load(SOURCE, List.of()).failure().orElseThrow())
                .isInstanceOf(StructureMismatch.class)
                .hasMessageStartingWith(
                        "Cannot write to shop.orders: its schema does not exist, and the connector's role"
                                + " may not create it: ERROR: permission denied for database")
                .hasMessageEndingWith(
                        "Create the schema and grant USAGE and CREATE on it, or grant CREATE on the database.");

        database.execute("CREATE SCHEMA shop", "GRANT USAGE ON SCHEMA shop TO \"" + modest.name() + "\"");
        assertThat(powerless.load(SOURCE, List.of()).failure().orElseThrow())
                .isInstanceOf(StructureMismatch.class)
                .hasMessageContaining(
                        "the connector's role may not create tables in its schema: ERROR: permission denied"
                                + " for schema shop")
                .hasMessageEndingWith("Grant USAGE and CREATE on the schema to the role.");
    }

    @Test
    void rowsWithTheSameKeyAreToldApartFromOtherFaults() {
        List<Struct> rows = new ArrayList<>(rows(1, 3));
        rows.addAll(rows(2, 2));

        SnapshotLoad load = bench.load(SOURCE, rows);

        assertThat(load.failure().orElseThrow())
                .isInstanceOf(StructureMismatch.class)
                .hasMessageContaining("rows of the snapshot have the same key [id]")
                .hasMessageContaining("Key (id)=(2) is duplicated");
    }

    private List<String> tables() {
        return database.column(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace =" + " to_regnamespace('shop')");
    }

    private static List<Struct> rows(long from, long to) {
        Schema schema = SOURCE.row();
        List<Struct> rows = new ArrayList<>();
        for (long id = from; id <= to; id++) {
            rows.add(new Struct(schema).put("id", id).put("status", "s" + id));
        }
        return rows;
    }
}
