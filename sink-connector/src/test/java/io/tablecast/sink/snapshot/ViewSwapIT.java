// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static org.apache.kafka.connect.data.Schema.Type.INT32;
import static org.apache.kafka.connect.data.Schema.Type.INT64;
import static org.apache.kafka.connect.data.Schema.Type.STRING;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Identity;
import io.tablecast.sink.structure.ColumnDrop;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ViewSwapIT {

    private static final SourceShape FIRST = SourceShape.withKey()
            .column("status", STRING, "character varying(10)")
            .column("n", INT32, "integer");

    private final Database database = PostgresServer.shared().createDatabase();
    private final Bench bench = Bench.on(database);

    @BeforeEach
    void loadFirstSnapshot() throws Exception {
        bench.loaded(FIRST, List.of(first(1), first(2)));
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void grantsOwnerCommentsOptionsAndIndexesSurvive() throws Exception {
        Role reader = database.createRole("reader");
        Role owner = database.createRole("owner");
        String storage = storage();
        database.execute(
                "GRANT ALL ON SCHEMA shop TO \"" + owner.name() + "\"",
                "GRANT USAGE ON SCHEMA shop TO \"" + reader.name() + "\"",
                "GRANT SELECT ON shop.orders TO \"" + reader.name() + "\" WITH GRANT OPTION",
                "GRANT UPDATE (status) ON shop.orders TO PUBLIC",
                "GRANT SELECT ON shop." + storage + " TO \"" + reader.name() + "\"",
                "ALTER VIEW shop.orders OWNER TO \"" + owner.name() + "\"",
                "ALTER TABLE shop." + storage + " OWNER TO \"" + owner.name() + "\"",
                "ALTER VIEW shop.orders SET (security_barrier = true)",
                "COMMENT ON VIEW shop.orders IS 'by hand'",
                "COMMENT ON COLUMN shop.orders.status IS 'of the order'",
                "CREATE INDEX mine ON shop." + storage + " (lower(status))");
        String grants = database.value("SELECT relacl::text FROM pg_class WHERE oid = 'shop.orders'::regclass");

        LoadResult result = bench.loaded(FIRST, List.of(first(1)));

        assertThat(result.isShapeChanged()).isFalse();
        assertThat(database.value("SELECT relacl::text FROM pg_class WHERE oid = 'shop.orders'::regclass"))
                .isEqualTo(grants);
        assertThat(database.value("SELECT attacl::text FROM pg_attribute WHERE attrelid = 'shop.orders'::regclass AND"
                        + " attname = 'status'"))
                .isEqualTo("{=w/" + owner.name() + "}");
        assertThat(database.column(
                        "SELECT relowner::regrole FROM pg_class WHERE oid IN ('shop.orders'::regclass, 'shop."
                                + storage() + "'::regclass)"))
                .containsOnly(owner.name());
        assertThat(database.value("SELECT reloptions::text FROM pg_class WHERE oid = 'shop.orders'::regclass"))
                .isEqualTo("{security_barrier=true}");
        assertThat(database.value("SELECT obj_description('shop.orders'::regclass)"))
                .isEqualTo("by hand");
        assertThat(database.value("SELECT col_description('shop.orders'::regclass, 2)"))
                .isEqualTo("of the order");
        assertThat(database.column("SELECT indexdef FROM pg_indexes WHERE tablename = '" + storage() + "'"))
                .anyMatch(index -> index.matches("CREATE INDEX mine__tc_\\w+ ON shop\\." + storage()
                        + " USING btree \\(lower\\(\\(status\\)::text\\)\\)"));
        try (var connection = database.connection(reader);
                var rows = connection.createStatement().executeQuery("SELECT count(*) FROM shop." + storage())) {
            assertThat(rows.next()).isTrue();
        }
    }

    @Test
    void addedAndDroppedColumnsLeaveDependentsInPlace() throws Exception {
        database.execute("CREATE VIEW shop.counts AS SELECT status, n FROM shop.orders");
        SourceShape later = SourceShape.withKey()
                .column("status", STRING, "character varying(10)")
                .column("extra", STRING, "text");

        LoadResult result = bench.loaded(
                later,
                List.of(new Struct(later.row()).put("id", 1L).put("status", "x").put("extra", "e")));

        assertThat(result.isShapeChanged()).isTrue();
        assertThat(columns("orders"))
                .containsExactly("id bigint", "status character varying(10)", "n integer", "extra text");
        assertThat(database.rows("SELECT id, status, n IS NULL, extra FROM shop.orders"))
                .containsExactly(List.of("1", "x", "t", "e"));
        assertThat(database.rows("SELECT status, n IS NULL FROM shop.counts")).containsExactly(List.of("x", "t"));
    }

    @Test
    void columnThatComesBackShowsItsValues() throws Exception {
        SourceShape without = SourceShape.withKey().column("status", STRING, "character varying(10)");
        bench.loaded(without, List.of(new Struct(without.row()).put("id", 1L)));

        LoadResult result = bench.loaded(FIRST, List.of(first(4)));

        assertThat(result.isShapeChanged()).isFalse();
        assertThat(database.rows("SELECT id, status, n FROM shop.orders")).containsExactly(List.of("4", "s4", "40"));
    }

    @Test
    void droppedColumnGoesWhereThePolicySaysSo() throws Exception {
        SourceShape without = SourceShape.withKey().column("status", STRING, "character varying(10)");

        bench.with(ColumnDrop.DROP, "COMMENT ON VIEW shop.orders IS 'changed'")
                .loaded(without, List.of(new Struct(without.row()).put("id", 1L)));

        assertThat(columns("orders")).containsExactly("id bigint", "status character varying(10)");
        assertThat(database.value("SELECT obj_description('shop.orders'::regclass)"))
                .isEqualTo("changed");
    }

    @Test
    void retypedColumnIsRebuiltWithAllDependents() throws Exception {
        Role reader = database.createRole("reader");
        database.execute(
                "CREATE VIEW shop.low AS SELECT id, n FROM shop.orders WHERE n < 15",
                "CREATE VIEW shop.lowest WITH (security_barrier = true) AS SELECT min(n) AS n FROM shop.low",
                "GRANT SELECT ON shop.lowest TO \"" + reader.name() + "\"",
                "COMMENT ON VIEW shop.lowest IS 'the lowest'",
                "COMMENT ON VIEW shop.orders IS 'the orders'");
        SourceShape retyped = SourceShape.withKey()
                .column("status", STRING, "character varying(10)")
                .column("n", INT64, "bigint");

        bench.loaded(
                retyped,
                List.of(new Struct(retyped.row())
                        .put("id", 1L)
                        .put("status", "x")
                        .put("n", 7L)));

        assertThat(columns("orders")).containsExactly("id bigint", "status character varying(10)", "n bigint");
        assertThat(columns("lowest")).containsExactly("n bigint");
        assertThat(database.value("SELECT n FROM shop.lowest")).isEqualTo("7");
        assertThat(database.value("SELECT obj_description('shop.lowest'::regclass)"))
                .isEqualTo("the lowest");
        assertThat(database.value("SELECT obj_description('shop.orders'::regclass)"))
                .isEqualTo("the orders");
        assertThat(database.value("SELECT reloptions::text FROM pg_class WHERE oid = 'shop.lowest'::regclass"))
                .isEqualTo("{security_barrier=true}");
        assertThat(database.value("SELECT has_table_privilege('" + reader.name() + "', 'shop.lowest', 'SELECT')"))
                .isEqualTo("t");
    }

    @Test
    void retypeThatBreaksADependentFailsAndTheOldRowsAreServed() {
        database.execute("CREATE VIEW shop.half AS SELECT id, n / 2 AS half FROM shop.orders");
        SourceShape retyped = SourceShape.withKey()
                .column("status", STRING, "character varying(10)")
                .column("n", STRING, "text");

        SnapshotLoad load = bench.load(
                retyped, List.of(new Struct(retyped.row()).put("id", 1L).put("n", "seven")));

        assertThat(load.failure().orElseThrow())
                .isInstanceOf(StructureMismatch.class)
                .hasMessageStartingWith(
                        "Cannot write to shop.orders: its columns change, and the view shop.half cannot be"
                                + " created again: ERROR: operator does not exist: text / integer");
        assertThat(database.column("SELECT half FROM shop.half ORDER BY id")).containsExactly("5", "10");
    }

    @Test
    void retypeUnderAMaterializedViewIsRefused() {
        database.execute("CREATE MATERIALIZED VIEW shop.kept AS SELECT id, n FROM shop.orders");
        SourceShape retyped = SourceShape.withKey()
                .column("status", STRING, "character varying(10)")
                .column("n", INT64, "bigint");

        SnapshotLoad load = bench.load(retyped, List.of(new Struct(retyped.row()).put("id", 1L)));

        assertThat(load.failure().orElseThrow())
                .isInstanceOf(StructureMismatch.class)
                .hasMessage(
                        "Cannot write to shop.orders: its columns change, and the materialized view shop.kept would be"
                                + " lost. Drop it before the next snapshot and create it again afterwards.");
        assertThat(database.number("SELECT count(*) FROM shop.orders")).isEqualTo(2);
    }

    @Test
    void functionBoundToAChangedColumnMakesTheSwitchFailWithTheReason() {
        database.execute(
                "CREATE FUNCTION shop.top() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT max(n) FROM shop.orders; END");
        SourceShape retyped = SourceShape.withKey()
                .column("status", STRING, "character varying(10)")
                .column("n", INT64, "bigint");

        SnapshotLoad load = bench.load(retyped, List.of(new Struct(retyped.row()).put("id", 1L)));

        assertThat(load.failure().orElseThrow())
                .isInstanceOf(StructureMismatch.class)
                .hasMessageContaining("cannot drop view shop.orders because other objects depend on it");
        assertThat(database.number("SELECT shop.top()")).isEqualTo(20);
    }

    @Test
    void tableThatSomebodyElseMadeIsNotReplacedByAView() {
        database.execute("CREATE TABLE shop.mine (id bigint)", "INSERT INTO shop.mine VALUES (1)");

        SnapshotLoad load = bench.into(new io.tablecast.contract.table.TableId("shop", "mine"))
                .with(SnapshotApply.SWAP, SwapMode.VIEW)
                .load(FIRST, List.of());

        assertThat(load.failure().orElseThrow())
                .isInstanceOf(StructureMismatch.class)
                .hasMessageContaining("but it is a table that Tablecast did not make so")
                .hasMessageContaining("set swap.mode=rename");
        assertThat(database.number("SELECT count(*) FROM shop.mine")).isEqualTo(1);
    }

    @Test
    void identityColumnGoesOnBehindTheRows() throws Exception {
        Schema number = SchemaBuilder.int64()
                .parameter("tablecast.column.type", "bigint")
                .build();
        SourceShape source = SourceShape.withKey()
                .column(new Column("no", "bigint", false, "", Identity.ALWAYS, "", "", "a number"), number);

        LoadResult result = bench.into(new io.tablecast.contract.table.TableId("shop", "numbered"))
                .loaded(source, List.of(new Struct(source.row()).put("id", 1L).put("no", 77L)));

        database.execute("INSERT INTO " + result.storage() + " (id) VALUES (2)");
        assertThat(database.column("SELECT no FROM shop.numbered ORDER BY id")).containsExactly("77", "78");
        assertThat(database.value("SELECT col_description('shop.numbered'::regclass, 2)"))
                .isEqualTo("a number");
    }

    @Test
    void rolesThatAreToReadAreGranted() throws Exception {
        Role reader = database.createRole("reader");

        bench.set(s -> new LoadSettings(
                        s.apply(),
                        s.swapMode(),
                        s.previous(),
                        s.truncateReach(),
                        s.sequenceReset(),
                        s.statistics(),
                        s.shape(),
                        s.columnDrop(),
                        s.evolution(),
                        List.of(reader.name()),
                        s.postSwapSql(),
                        s.lockTimeout(),
                        s.limits(),
                        s.maximumQueueBytes()))
                .loaded(FIRST, List.of());

        assertThat(database.value("SELECT has_table_privilege('" + reader.name() + "', 'shop.orders', 'SELECT')"))
                .isEqualTo("t");
    }

    private String storage() {
        return database.value("SELECT DISTINCT c.relname FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid"
                + " JOIN pg_class c ON c.oid = d.refobjid WHERE r.ev_class = 'shop.orders'::regclass AND c.relkind = 'r'"
                + " AND d.refclassid = 'pg_class'::regclass");
    }

    private List<String> columns(String relation) {
        return database.column("SELECT attname || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute"
                + " WHERE attrelid = 'shop." + relation + "'::regclass AND attnum > 0 ORDER BY attnum");
    }

    private static Struct first(long id) {
        return new Struct(FIRST.row()).put("id", id).put("status", "s" + id).put("n", (int) id * 10);
    }
}
