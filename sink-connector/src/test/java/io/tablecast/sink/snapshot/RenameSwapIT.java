// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static io.tablecast.sink.snapshot.Bench.ORDERS;
import static org.apache.kafka.connect.data.Schema.Type.INT32;
import static org.apache.kafka.connect.data.Schema.Type.INT64;
import static org.apache.kafka.connect.data.Schema.Type.STRING;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.sink.structure.ColumnDrop;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.RelationKind;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.UniqueIndex;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RenameSwapIT {

    private static final SourceShape SOURCE = SourceShape.withKey()
            .column("status", STRING, "character varying(10)")
            .column("n", INT32, "integer")
            .index("by_status", "status");

    private final Database database = PostgresServer.shared().createDatabase();
    // As a table is loaded whose changes will follow.
    private final Bench bench = Bench.on(database).inMode("queue");

    @BeforeEach
    void loadFirstSnapshot() throws Exception {
        bench.loaded(SOURCE, List.of(row(1), row(2)));
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void streamedTableIsATableWithTheSourcesNamesAndItsKey() throws SQLException {
        DestinationTable table = orders();

        assertThat(table.kind()).isEqualTo(RelationKind.TABLE);
        assertThat(table.conflictIndex(List.of("id")))
                .contains(new UniqueIndex("orders_pkey", List.of("id"), true, true, true));
        assertThat(database.column("SELECT indexname FROM pg_indexes WHERE schemaname = 'shop' ORDER BY 1"))
                .containsExactly("by_status", "orders_pkey");
        assertThat(database.column("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace ="
                        + " 'shop'::regnamespace"))
                .containsExactly("orders");
    }

    @Test
    void laterLoadTakesTheNameAndTheIndexNamesAndKeepsTheTableBefore() throws Exception {
        bench.loaded(SOURCE, List.of(row(3)));
        LoadResult third = bench.loaded(SOURCE, List.of(row(4), row(5)));

        assertThat(third.storage()).isEqualTo(ORDERS);
        assertThat(third.isShapeChanged()).isFalse();
        assertThat(database.column("SELECT id FROM shop.orders ORDER BY id")).containsExactly("4", "5");
        assertThat(orders().conflictIndex(List.of("id")).orElseThrow().name()).isEqualTo("orders_pkey");
        assertThat(database.column("SELECT indexname FROM pg_indexes WHERE tablename = 'orders' ORDER BY 1"))
                .containsExactly("by_status", "orders_pkey");
        assertThat(third.previous()).hasSize(1);
        assertThat(database.column(
                        "SELECT id FROM shop." + third.previous().get(0).name()))
                .containsExactly("3");
        assertThat(database.number("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace ="
                        + " 'shop'::regnamespace"))
                .isEqualTo(2);
    }

    @Test
    void dependentViewsGrantsOwnerCommentsAndOwnIndexesFollow() throws Exception {
        Role reader = database.createRole("reader");
        Role owner = database.createRole("owner");
        database.execute(
                "GRANT ALL ON SCHEMA shop TO \"" + owner.name() + "\"",
                "CREATE VIEW shop.paid WITH (security_barrier = true) AS SELECT id, n FROM shop.orders WHERE n > 0",
                "CREATE VIEW shop.total AS SELECT sum(n) AS total FROM shop.paid",
                "GRANT SELECT ON shop.paid TO \"" + reader.name() + "\"",
                "GRANT SELECT (id), UPDATE (n) ON shop.orders TO \"" + reader.name() + "\"",
                "ALTER TABLE shop.orders OWNER TO \"" + owner.name() + "\"",
                "COMMENT ON TABLE shop.orders IS 'mine'",
                "COMMENT ON COLUMN shop.orders.n IS 'pieces'",
                "CREATE UNIQUE INDEX my_index ON shop.orders (n)");

        bench.loaded(SOURCE, List.of(row(3)));

        assertThat(database.rows("SELECT id, n FROM shop.paid")).containsExactly(List.of("3", "30"));
        assertThat(database.value("SELECT total FROM shop.total")).isEqualTo("30");
        assertThat(database.value("SELECT reloptions::text FROM pg_class WHERE oid = 'shop.paid'::regclass"))
                .isEqualTo("{security_barrier=true}");
        assertThat(database.value("SELECT has_table_privilege('" + reader.name() + "', 'shop.paid', 'SELECT')"))
                .isEqualTo("t");
        assertThat(database.value("SELECT has_column_privilege('" + reader.name() + "', 'shop.orders', 'n', 'UPDATE')"))
                .isEqualTo("t");
        assertThat(database.value("SELECT relowner::regrole FROM pg_class WHERE oid = 'shop.orders'::regclass"))
                .isEqualTo(owner.name());
        assertThat(database.value("SELECT obj_description('shop.orders'::regclass)"))
                .isEqualTo("mine");
        assertThat(database.value("SELECT col_description('shop.orders'::regclass, 3)"))
                .isEqualTo("pieces");
        assertThat(orders().uniqueIndexes()).extracting(UniqueIndex::name).containsExactly("orders_pkey", "my_index");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE TABLE shop.items (order_id bigint REFERENCES shop.orders)"
                        + "| the foreign key \"items_order_id_fkey\" of shop.items refers to it",
                "CREATE PUBLICATION pub FOR TABLE shop.orders | it is in the publication \"pub\"",
                "ALTER TABLE shop.orders ADD COLUMN seen boolean | its columns [seen] do not come from the source",
                "ALTER TABLE shop.orders ADD CONSTRAINT c CHECK (n > 0) | its constraint \"c\" would be lost",
                "ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY | its row level security would be lost",
                "CREATE MATERIALIZED VIEW shop.m AS SELECT n FROM shop.orders"
                        + "| the materialized view shop.m reads it",
                "CREATE RULE r AS ON DELETE TO shop.orders DO INSTEAD NOTHING | its rule \"r\" would be lost",
                "CREATE STATISTICS shop.s ON status, n FROM shop.orders | its statistics object \"s\" would be lost",
                "CREATE TABLE shop.child () INHERITS (shop.orders)"
                        + "| it inherits from, or passes on to, another table",
                "CREATE FUNCTION shop.f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT max(n) FROM shop.orders; END"
                        + "| the function shop.f() is bound to it",
            })
    void whatCannotFollowMakesTheLoadFailBeforeAnyRow(String obstacle, String reason) {
        database.execute(obstacle);

        SnapshotLoad load = bench.load(SOURCE, List.of(row(3)));

        assertThat(load.failure().orElseThrow())
                .isInstanceOf(StructureMismatch.class)
                .hasMessage("Cannot write to shop.orders: a new table cannot take its name: " + reason
                        + ". Set snapshot.apply=merge, or remove what is named.");
        assertThat(load.rows()).isZero();
        assertThat(database.number("SELECT count(*) FROM shop.orders")).isEqualTo(2);
    }

    @Test
    void triggerThatCannotFollowIsNamed() {
        database.execute(
                "CREATE FUNCTION shop.noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE TRIGGER note BEFORE INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.noted()");

        SnapshotLoad load = bench.load(SOURCE, List.of(row(3)));

        assertThat(load.failure().orElseThrow()).hasMessageContaining("its trigger \"note\" would be lost");
    }

    @Test
    void columnThatTheSourceDroppedStaysEmptyForDependents() throws Exception {
        database.execute("CREATE VIEW shop.seen AS SELECT id, n FROM shop.orders");
        SourceShape without = SourceShape.withKey().column("status", STRING, "character varying(10)");

        LoadResult result =
                bench.knowing("id", "status", "n").loaded(without, List.of(new Struct(without.row()).put("id", 9L)));

        assertThat(result.isShapeChanged()).isFalse();
        assertThat(database.rows("SELECT id, n IS NULL FROM shop.seen")).containsExactly(List.of("9", "t"));
    }

    @Test
    void columnThatTheSourceDroppedGoesWhereThePolicySaysSo() throws Exception {
        SourceShape without = SourceShape.withKey().column("status", STRING, "character varying(10)");

        bench.knowing("id", "status", "n")
                .with(ColumnDrop.DROP)
                .loaded(without, List.of(new Struct(without.row()).put("id", 9L)));

        assertThat(orders().columns()).extracting(column -> column.name()).containsExactly("id", "status");
    }

    @Test
    void retypeThatADependentCannotFollowFailsAndTheOldRowsAreServed() {
        database.execute("CREATE VIEW shop.seen AS SELECT id, n FROM shop.orders");
        SourceShape retyped = SourceShape.withKey()
                .column("status", STRING, "character varying(10)")
                .column("n", INT64, "bigint");

        SnapshotLoad load = bench.load(retyped, List.of(new Struct(retyped.row()).put("id", 9L)));

        assertThat(load.failure().orElseThrow())
                .isInstanceOf(StructureMismatch.class)
                .hasMessageContaining("the view shop.seen reads it and cannot be pointed to the new table")
                .hasMessageContaining("cannot change data type of view column \"n\" from integer to bigint");
        assertThat(database.column("SELECT n FROM shop.seen ORDER BY id")).containsExactly("10", "20");
    }

    @Test
    void retypedAndAddedColumnsNeedNobodysHelpWithoutDependents() throws Exception {
        SourceShape retyped = SourceShape.withKey()
                .column("status", STRING, "text")
                .column("n", INT64, "bigint")
                .column("more", STRING, "text");

        LoadResult result = bench.loaded(
                retyped, List.of(new Struct(retyped.row()).put("id", 9L).put("n", 1L << 40)));

        assertThat(result.isShapeChanged()).isTrue();
        assertThat(database.value("SELECT n FROM shop.orders")).isEqualTo("1099511627776");
    }

    @Test
    void viewOfPeriodicSnapshotsBecomesATableWhenItsSourceIsStreamed() throws Exception {
        Bench periodic = bench.inMode("snapshot").into(new io.tablecast.contract.table.TableId("shop", "both"));
        LoadResult before = periodic.loaded(SOURCE, List.of(row(1)));
        database.execute("CREATE VIEW shop.seen AS SELECT id, n FROM shop.both");

        LoadResult result = periodic.inMode("queue").loaded(SOURCE, List.of(row(7), row(8)));

        assertThat(before.storage().name()).startsWith("both__tc_");
        assertThat(result.storage().name()).isEqualTo("both");
        assertThat(result.previous()).containsExactly(before.storage());
        assertThat(database.value("SELECT relkind FROM pg_class WHERE oid = 'shop.both'::regclass"))
                .isEqualTo("r");
        assertThat(database.column("SELECT id FROM shop.seen ORDER BY id")).containsExactly("7", "8");
        assertThat(database.number(
                        "SELECT count(*) FROM shop." + before.storage().name()))
                .isEqualTo(1);
    }

    private DestinationTable orders() throws SQLException {
        try (Connection connection = database.connection()) {
            return DestinationCatalog.read(connection, ORDERS).orElseThrow();
        }
    }

    private static Struct row(long id) {
        return new Struct(SOURCE.row()).put("id", id).put("status", "s" + id).put("n", (int) id * 10);
    }
}
