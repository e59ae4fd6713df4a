// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static org.apache.kafka.connect.data.Schema.Type.INT32;
import static org.apache.kafka.connect.data.Schema.Type.INT64;
import static org.apache.kafka.connect.data.Schema.Type.STRING;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.Column;
import io.tablecast.sink.structure.ColumnDrop;
import io.tablecast.sink.structure.EnumMode;
import io.tablecast.sink.structure.EvolutionMode;
import io.tablecast.sink.structure.GeometryMode;
import io.tablecast.sink.structure.IdentifierCase;
import io.tablecast.sink.structure.SchemaEvolution;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.TableShape;
import io.tablecast.sink.structure.TypeOverrides;
import io.tablecast.sink.structure.TypeRules;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ways of applying a snapshot that leave the table itself in place. */
final class KeptTableIT {

    private static final SourceShape SOURCE = SourceShape.withKey()
            .column("status", STRING, "character varying(10)")
            .column("doc", STRING, "json")
            .column("n", INT32, "integer");

    private final Database database = PostgresServer.shared().createDatabase();
    private final Bench bench = Bench.on(database);

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @ParameterizedTest
    @EnumSource(value = SnapshotApply.class, names = "SWAP", mode = EnumSource.Mode.EXCLUDE)
    void absentDestinationBecomesATable(SnapshotApply apply) throws Exception {
        bench.with(apply, SwapMode.AUTO).loaded(SOURCE, List.of(row(1, "a"), row(2, "b")));

        assertThat(database.value("SELECT relkind FROM pg_class WHERE oid = 'shop.orders'::regclass"))
                .isEqualTo("r");
        assertThat(database.column("SELECT status FROM shop.orders ORDER BY id"))
                .containsExactly("a", "b");
        assertThat(database.column("SELECT indexname FROM pg_indexes WHERE schemaname = 'shop'"))
                .containsExactly("orders_pkey");
    }

    @ParameterizedTest
    @EnumSource(value = SnapshotApply.class, names = "SWAP", mode = EnumSource.Mode.EXCLUDE)
    void existingTableKeepsItsIdentityAndWhatIsItsOwn(SnapshotApply apply) throws Exception {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (mine text DEFAULT 'x', id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                        + " status varchar(10), doc json, double_id bigint GENERATED ALWAYS AS (id * 2) STORED)",
                "INSERT INTO shop.orders (id, status) OVERRIDING SYSTEM VALUE VALUES (1, 'old'), (3, 'gone')");
        long oid = database.number("SELECT 'shop.orders'::regclass::oid");

        LoadResult result = bench.with(apply, SwapMode.AUTO).loaded(SOURCE, List.of(row(1, "a"), row(2, "b")));

        assertThat(result.isShapeChanged()).isTrue();
        assertThat(database.number("SELECT 'shop.orders'::regclass::oid")).isEqualTo(oid);
        assertThat(database.rows("SELECT id, status, n, double_id FROM shop.orders ORDER BY id"))
                .containsExactly(List.of("1", "a", "10", "2"), List.of("2", "b", "20", "4"));
        database.execute("INSERT INTO shop.orders (status) VALUES ('next')");
        assertThat(database.number("SELECT max(id) FROM shop.orders")).isEqualTo(3);
        assertThat(database.column("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace ="
                        + " 'shop'::regnamespace"))
                .containsExactly("orders");
    }

    @ParameterizedTest
    @EnumSource(value = SnapshotApply.class, names = "SWAP", mode = EnumSource.Mode.EXCLUDE)
    void widerTypesThatOnlyTheSnapshotTellsOfAreFollowed(SnapshotApply apply) throws Exception {
        Bench first = bench.with(apply, SwapMode.AUTO);
        first.loaded(SOURCE, List.of(row(1, "a")));
        SourceShape wider = SourceShape.withKey()
                .column("status", STRING, "character varying(40)")
                .column("doc", STRING, "json")
                .column("n", INT64, "bigint");
        Struct row = new Struct(wider.row())
                .put("id", 2L)
                .put("status", "longer than ten characters")
                .put("doc", "{}")
                .put("n", 5_000_000_000L);

        assertThat(first.load(wider, List.of(row)).failure().orElseThrow())
                .as("schema.evolution=basic")
                .hasMessageContaining("value too long for type character varying(10)");
        first.set(s -> new LoadSettings(
                        s.apply(),
                        s.swapMode(),
                        s.previous(),
                        s.truncateReach(),
                        s.sequenceReset(),
                        s.statistics(),
                        s.shape(),
                        s.columnDrop(),
                        new SchemaEvolution(EvolutionMode.FULL, ColumnDrop.KEEP, Duration.ofMillis(200), s.shape()),
                        s.grantSelectTo(),
                        s.postSwapSql(),
                        s.lockTimeout(),
                        s.limits(),
                        s.maximumQueueBytes()))
                .loaded(wider, List.of(row));

        assertThat(database.rows("SELECT id, status, n FROM shop.orders"))
                .containsExactly(List.of("2", "longer than ten characters", "5000000000"));
    }

    @Test
    void truncateReachesReferringTablesOnlyWhenAsked() throws Exception {
        Bench truncating = bench.with(SnapshotApply.TRUNCATE, SwapMode.AUTO);
        truncating.loaded(SOURCE, List.of(row(1, "a")));
        database.execute(
                "CREATE TABLE shop.items (order_id bigint REFERENCES shop.orders)",
                "INSERT INTO shop.items VALUES (1)");

        SnapshotLoad refused = truncating.load(SOURCE, List.of(row(2, "b")));
        assertThat(refused.failure().orElseThrow())
                .hasMessageContaining("shop.items refers to it by a foreign key")
                .hasMessageContaining("truncate.cascade=true");
        assertThat(database.column("SELECT id FROM shop.orders")).containsExactly("1");

        truncating
                .set(s -> new LoadSettings(
                        s.apply(),
                        s.swapMode(),
                        s.previous(),
                        LoadSettings.TruncateReach.CASCADE,
                        s.sequenceReset(),
                        s.statistics(),
                        s.shape(),
                        s.columnDrop(),
                        s.evolution(),
                        s.grantSelectTo(),
                        s.postSwapSql(),
                        s.lockTimeout(),
                        s.limits(),
                        s.maximumQueueBytes()))
                .loaded(SOURCE, List.of(row(2, "b")));
        assertThat(database.column("SELECT id FROM shop.orders")).containsExactly("2");
        assertThat(database.number("SELECT count(*) FROM shop.items")).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = SnapshotApply.class, names = "SWAP", mode = EnumSource.Mode.EXCLUDE)
    void enumOfATableThatStaysAsItIsGetsNoLabels(SnapshotApply apply) {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TYPE shop.mood AS ENUM ('sad', 'ok')",
                "CREATE TABLE shop.orders (id bigint PRIMARY KEY, mood shop.mood)");
        SourceShape source = SourceShape.withKey()
                .column(
                        Column.of("mood", "shop.mood", Column.Nullability.NULLABLE),
                        SchemaBuilder.string()
                                .name("io.debezium.data.Enum")
                                .parameter("allowed", "sad,ok,glad")
                                .parameter("tablecast.column.type", "shop.mood")
                                .optional()
                                .build());

        SnapshotLoad load = withEnumTypes(bench.with(apply, SwapMode.AUTO), EvolutionMode.NONE)
                .load(source, List.of(new Struct(source.row()).put("id", 1L).put("mood", "glad")));

        // The load then begins again in batches, with the table's own types, and finds the rows that do not fit.
        assertThat(load.failure().orElseThrow()).hasMessageContaining("column \"mood\" is of type shop.mood");
        assertThat(database.value("SELECT enum_range(NULL::shop.mood)")).isEqualTo("{sad,ok}");

        withEnumTypes(bench.with(apply, SwapMode.AUTO), EvolutionMode.BASIC)
                .load(source, List.of(new Struct(source.row()).put("id", 1L).put("mood", "glad")));
        assertThat(database.column("SELECT mood FROM shop.orders")).containsExactly("glad");
    }

    private static Bench withEnumTypes(Bench bench, EvolutionMode evolution) {
        TableShape shape = new TableShape(
                TableShape.DEFAULT.indexes(),
                TableShape.DEFAULT_FILLFACTOR,
                TableShape.DEFAULT.repetition(),
                Optional.empty(),
                new TypeRules(TypeOverrides.NONE, EnumMode.TYPE, GeometryMode.AUTO),
                IdentifierCase.KEEP);
        return bench.set(s -> new LoadSettings(
                s.apply(),
                s.swapMode(),
                s.previous(),
                s.truncateReach(),
                s.sequenceReset(),
                s.statistics(),
                shape,
                s.columnDrop(),
                new SchemaEvolution(evolution, s.columnDrop(), s.lockTimeout(), shape),
                s.grantSelectTo(),
                s.postSwapSql(),
                s.lockTimeout(),
                s.limits(),
                s.maximumQueueBytes()));
    }

    @Test
    void mergeTouchesOnlyRowsThatDiffer() throws Exception {
        Bench merging = bench.with(SnapshotApply.MERGE, SwapMode.AUTO);
        merging.loaded(SOURCE, List.of(row(1, "same"), row(2, "old"), row(3, "gone")));
        String version = database.value("SELECT xmin FROM shop.orders WHERE id = 1");

        merging.loaded(SOURCE, List.of(row(1, "same"), row(2, "new"), row(4, "added")));

        assertThat(database.column("SELECT status FROM shop.orders ORDER BY id"))
                .containsExactly("same", "new", "added");
        assertThat(database.value("SELECT xmin FROM shop.orders WHERE id = 1")).isEqualTo(version);
    }

    @Test
    void mergeLetsRowsExchangeTheValuesOfAUniqueIndex() throws Exception {
        Bench merging = bench.with(SnapshotApply.MERGE, SwapMode.AUTO);
        merging.loaded(SOURCE, List.of(row(1, "a"), row(2, "b"), row(3, "c")));
        database.execute("CREATE UNIQUE INDEX ON shop.orders (status)");

        merging.loaded(SOURCE, List.of(row(1, "b"), row(2, "a"), row(4, "c")));

        assertThat(database.column("SELECT id || status FROM shop.orders ORDER BY id"))
                .containsExactly("1b", "2a", "4c");
    }

    @Test
    void mergeDeletesNoRowThatHasColumnsOfItsOwn() throws Exception {
        Bench merging = bench.with(SnapshotApply.MERGE, SwapMode.AUTO);
        merging.loaded(SOURCE, List.of(row(1, "a"), row(2, "b")));
        database.execute("CREATE UNIQUE INDEX ON shop.orders (status)", "ALTER TABLE shop.orders ADD COLUMN mine text");

        SnapshotLoad load = merging.load(SOURCE, List.of(row(1, "b"), row(2, "a")));

        assertThat(load.failure().orElseThrow()).hasMessageContaining("duplicate key value");
        assertThat(database.column("SELECT id || status FROM shop.orders ORDER BY id"))
                .containsExactly("1a", "2b");
        database.execute("DROP INDEX shop.orders_status_idx", "ALTER TABLE shop.orders ADD UNIQUE (status) DEFERRABLE");
        merging.loaded(SOURCE, List.of(row(1, "b"), row(2, "a")));
        assertThat(database.column("SELECT id || status FROM shop.orders ORDER BY id"))
                .containsExactly("1b", "2a");
    }

    @Test
    void mergeLeavesOlderReadersTheirRowsAndNeedsNoLock() throws Exception {
        Bench merging = bench.with(SnapshotApply.MERGE, SwapMode.AUTO);
        merging.loaded(SOURCE, List.of(row(1, "a"), row(2, "b")));

        try (Connection reader = database.connection()) {
            reader.setAutoCommit(false);
            reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            assertThat(count(reader)).isEqualTo(2);
            merging.loaded(SOURCE, List.of(row(7, "g")));

            assertThat(count(reader)).isEqualTo(2);
        }
        assertThat(database.column("SELECT id FROM shop.orders")).containsExactly("7");
    }

    @Test
    void viewIsNotMergedInto() {
        database.execute("CREATE SCHEMA shop", "CREATE VIEW shop.orders AS SELECT 1::bigint AS id");

        SnapshotLoad load = bench.with(SnapshotApply.MERGE, SwapMode.AUTO).load(SOURCE, List.of());

        assertThat(load.failure().orElseThrow())
                .isInstanceOf(StructureMismatch.class)
                .hasMessage(
                        "Cannot write to shop.orders: snapshot.apply=merge replaces the rows of a table, but it is a"
                                + " view. Rename or drop it, or set snapshot.apply=swap.");
    }

    private static long count(Connection reader) throws java.sql.SQLException {
        try (ResultSet rows = reader.createStatement().executeQuery("SELECT count(*) FROM shop.orders")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static Struct row(long id, String status) {
        return new Struct(SOURCE.row())
                .put("id", id)
                .put("status", status)
                .put("doc", "{\"a\": " + id + "}")
                .put("n", (int) id * 10);
    }
}
