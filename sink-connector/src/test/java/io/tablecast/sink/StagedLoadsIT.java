// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots that one transaction cannot load are committed in batches and switched in all the same. */
class StagedLoadsIT {

    private static final String TOPIC = "erp.shop.orders";
    private static final String[] STAGED_AT_ONCE = {"snapshot.transaction.max.ms", "0"};

    private final TopicLog log = new TopicLog(TOPIC, 0);
    private final Orders orders = new Orders(log, "orders", "character varying(10)");
    private final Snapshots snapshots = new Snapshots(orders);
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @ParameterizedTest
    @CsvSource({"swap, view, snapshot", "swap, rename, queue", "truncate, auto, queue", "merge, auto, queue"})
    void aLoadThatTakesTooLongIsCommittedInBatches(String apply, String swapMode, String mode) {
        snapshots.whole("s1", mode, 40);
        applyAll("snapshot.apply", apply, "swap.mode", swapMode);
        snapshots.begin("s2", mode);
        snapshots.rows("s2", 11, 100);

        try (DrivenTask task =
                destination.task("snapshot.apply", apply, "swap.mode", swapMode, "snapshot.transaction.max.ms", "0")) {
            task.open(log);
            task.turnUntil("rows are committed aside", () -> rowsAside() == 90);
            assertThat(destination.orders()).hasSize(40).contains("1:row 1:1");
            assertThat(destination.storedOffset(TOPIC))
                    .as("the position is kept before the end")
                    .isEqualTo(log.end());
            snapshots.lastRows("s2", 101, 200);
            task.drain();
        }

        assertThat(destination.orders())
                .hasSize(190)
                .contains("200:row 200:200")
                .doesNotContain("1:row 1:1");
        assertThat(destination.database().number("SELECT count(*) FROM tablecast.staged_load"))
                .isZero();
        assertThat(destination
                        .database()
                        .column("SELECT snapshot_id || ' ' || rows FROM tablecast.run_log ORDER BY id"))
                .containsExactly("s1 40", "s2 190");
        assertThat(destination.database().value("SELECT incomplete FROM tablecast.table_state"))
                .contains("the source sent 200 rows, and 190 are here");
    }

    @Test
    void aStagedLoadGoesOnWhereTheTaskBeforeLeftIt() {
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 300);
        DrivenTask dying = destination.task(STAGED_AT_ONCE);
        dying.open(log);
        dying.turnUntil("rows are committed aside", () -> rowsAside() == 300);
        dying.vanish();
        // A producer that sends again.
        snapshots.rows("s1", 250, 300);
        snapshots.lastRows("s1", 301, 400);
        orders.update(400, "changed", 1);

        applyAll();

        assertThat(destination.orders()).hasSize(400).contains("400:changed:1");
        assertThat(destination.database().column("SELECT begin_offset FROM tablecast.staged_load"))
                .isEmpty();
        assertThat(destination.database().value("SELECT incomplete FROM tablecast.table_state"))
                .isNull();
    }

    @Test
    void aRefusedRowIsPutAsideAndItsNeighboursAreLoaded() {
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 200);
        snapshots.row("s1", 201, 201, "far too long for it", new ConnectHeaders());
        snapshots.lastRows("s1", 202, 300);

        try (DrivenTask task = destination.task("errors.tolerance", "all")) {
            task.open(log);
            task.drain();

            assertThat(task.context().reported())
                    .extracting(reported -> reported.originalKafkaOffset())
                    .containsExactly(201L);
        }

        assertThat(destination.orders()).hasSize(299).doesNotContain("201:far too long for it:201");
        assertThat(destination
                        .database()
                        .column("SELECT format('%s.%s %s %s', table_schema, table_name, record_offset, record_key)"
                                + " FROM tablecast.record_error"))
                .containsExactly("shop.orders 201 (id=201)");
        assertThat(destination.database().value("SELECT incomplete FROM tablecast.table_state"))
                .contains("the source sent 300 rows, and 299 are here");
    }

    @Test
    void aRecordThatIsNoRowIsPutAsideFromAmongTheRows() {
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 50);
        log.send(null, null, Schema.STRING_SCHEMA, "hello", new ConnectHeaders());
        snapshots.lastRows("s1", 51, 60);

        applyAll("errors.tolerance", "all");

        assertThat(destination.orders()).hasSize(60);
        assertThat(destination.database().column("SELECT record_offset FROM tablecast.record_error"))
                .containsExactly("51");
        assertThat(destination.database().value("SELECT incomplete FROM tablecast.table_state"))
                .isNull();
    }

    @Test
    void aCopyMayEndWithARecordThatIsNoRow() {
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 50);
        log.send(null, null, Schema.STRING_SCHEMA, "hello", Snapshots.end("s1", 51));
        orders.update(50, "after", 1);

        applyAll("errors.tolerance", "all");

        assertThat(destination.orders()).hasSize(50).contains("50:after:1", "1:row 1:1");
        assertThat(destination.database().column("SELECT record_offset FROM tablecast.record_error"))
                .containsExactly("51");
        assertThat(destination.database().value("SELECT incomplete FROM tablecast.table_state"))
                .contains("the source sent 51 rows, and 50 are here");
    }

    @Test
    void aRefusedRowStopsTheTaskByName() {
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 200);
        snapshots.row("s1", 201, 201, "far too long for it", new ConnectHeaders());
        snapshots.lastRows("s1", 202, 300);

        assertThatThrownBy(this::applyAll)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("Cannot apply erp.shop.orders[0]@201 to shop.orders, key (id=201)")
                .hasMessageContaining("does not fit its destination type character varying(10)");

        assertThat(destination
                        .database()
                        .number("SELECT count(*) FROM pg_class WHERE oid = to_regclass('shop.orders')"))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"truncate", "merge"})
    void aRowThatTheKeptTableRefusesIsPutAsideOrNamed(String apply) {
        destination
                .database()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.amounts (amount int PRIMARY KEY)",
                        "INSERT INTO shop.amounts SELECT generate_series(1, 300)",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code varchar(10),"
                                + " amount int CHECK (amount <> 201) REFERENCES shop.amounts)",
                        "INSERT INTO shop.orders VALUES (1000, 'old', 1)");
        snapshots.whole("s1", "queue", 300);

        assertThatThrownBy(() -> applyAll("snapshot.apply", apply))
                .hasMessageContaining("Cannot apply erp.shop.orders[0]@201 to shop.orders, key (id=201)");
        assertThat(destination.orders()).containsExactly("1000:old:1");

        applyAll("snapshot.apply", apply, "errors.tolerance", "all");

        assertThat(destination.orders()).hasSize(299).doesNotContain("201:row 201:201", "1000:old:1");
        assertThat(destination
                        .database()
                        .column("SELECT record_offset || ' ' || record_key || ' ' || sqlstate"
                                + " FROM tablecast.record_error"))
                .containsExactly("201 (id=201) 23514");
    }

    @ParameterizedTest
    @ValueSource(strings = {"truncate", "merge"})
    void aLabelThatAFixedTableLacksIsItsRowsFault(String apply) {
        Database database = destination.database();
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TYPE shop.mood AS ENUM ('sad', 'ok')",
                "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code shop.mood, amount int)",
                "INSERT INTO shop.orders VALUES (1, 'sad', 0)");
        String[] fixed = {"snapshot.apply", apply, "schema.evolution", "none", "enum.mode", "type"};
        Snapshots moods = new Snapshots(new Orders(
                log,
                "orders",
                SchemaBuilder.string()
                        .name("io.debezium.data.Enum")
                        .parameter("allowed", "sad,ok,glad")
                        .parameter("tablecast.column.type", "shop.mood")));
        copyMoods(moods, "s1");

        assertThatThrownBy(() -> applyAll(fixed))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("Cannot apply erp.shop.orders[0]@21 to shop.orders, key (id=21)")
                .hasMessageContaining("invalid input value for enum shop.mood: \"glad\"");
        assertThat(destination.orders()).containsExactly("1:sad:0");

        String[] tolerant = Arrays.copyOf(fixed, fixed.length + 2);
        tolerant[fixed.length] = "errors.tolerance";
        tolerant[fixed.length + 1] = "all";
        applyAll(tolerant);
        assertThat(destination.orders()).hasSize(21).contains("20:ok:20", "22:ok:22");
        assertThat(database.column("SELECT record_offset || ' ' || record_key FROM tablecast.record_error"))
                .containsExactly("21 (id=21)");
        assertThat(database.value("SELECT incomplete FROM tablecast.table_state"))
                .contains("the source sent 22 rows, and 21 are here");
        assertThat(database.value("SELECT enum_range(NULL::shop.mood)")).isEqualTo("{sad,ok}");

        database.execute("ALTER TYPE shop.mood ADD VALUE 'glad'");
        copyMoods(moods, "s2");
        applyAll(fixed);
        assertThat(destination.orders()).hasSize(22).contains("21:glad:21");
        assertThat(database.value("SELECT incomplete FROM tablecast.table_state"))
                .isNull();
    }

    private static void copyMoods(Snapshots moods, String id) {
        moods.begin(id, "queue");
        for (int row = 1; row <= 20; row++) {
            moods.row(id, row, row, row % 2 == 0 ? "ok" : "sad", new ConnectHeaders());
        }
        moods.row(id, 21, 21, "glad", new ConnectHeaders());
        moods.row(id, 22, 22, "ok", Snapshots.end(id, 22));
    }

    @Test
    void recordsOfOtherTablesInThePartitionAreAppliedMeanwhile() {
        Orders others = new Orders(log, "others");
        Snapshots ofOthers = new Snapshots(others);
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 50);
        others.insert(1, "other", 1);
        snapshots.rows("s1", 51, 60);
        ofOthers.begin("o1", "queue");
        snapshots.rows("s1", 61, 70);
        ofOthers.rows("o1", 1, 5);
        snapshots.lastRows("s1", 71, 80);
        ofOthers.lastRows("o1", 6, 7);
        orders.delete(80);
        others.delete(7);

        applyAll();

        assertThat(destination.orders()).hasSize(79);
        assertThat(destination.database().column("SELECT id FROM shop.others ORDER BY id"))
                .containsExactly("1", "2", "3", "4", "5", "6");
    }

    @Test
    void theSwitchWaitsForTransactionsThatAreOlderThanTheRows() throws Exception {
        snapshots.whole("s1", "queue", 10);
        applyAll();
        snapshots.whole("s2", "queue", 20);
        try (Connection reader = destination.database().connection();
                DrivenTask task = destination.task("snapshot.transaction.max.ms", "20000")) {
            task.open(log);
            reader.setAutoCommit(false);
            reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            value(reader, "SELECT 1 FROM tablecast.table_state");
            Orders others = new Orders(log, "others");
            snapshots.begin("s3", "queue");
            snapshots.rows("s3", 1, 5);
            others.insert(1, "has the load staged", 1);
            snapshots.lastRows("s3", 6, 30);
            task.turnUntil(
                    "the switch waits",
                    () -> destination
                                    .database()
                                    .number(
                                            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                                    + " AND query LIKE '%virtualxid = ANY%' AND application_name LIKE 'tablecast/%'")
                            > 0);

            assertThat(value(reader, "SELECT count(*) FROM shop.orders")).isEqualTo("20");
            reader.commit();
            task.drain();
        }

        assertThat(destination.orders()).hasSize(30);
        assertThat(destination.database().column("SELECT detail FROM tablecast.run_log WHERE detail IS NOT NULL"))
                .isEmpty();
    }

    @Test
    void theSwitchGoesOnBeforeAnOldTransactionThatDoesNotEndAndSaysSo() throws Exception {
        snapshots.whole("s1", "queue", 10);
        applyAll();
        try (Connection reader = destination.database().connection()) {
            reader.setAutoCommit(false);
            reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            value(reader, "SELECT 1 FROM tablecast.table_state");
            snapshots.begin("s2", "queue");
            snapshots.rows("s2", 1, 19);
            try (DrivenTask task = destination.task("snapshot.transaction.max.ms", "200")) {
                task.open(log);
                task.turnUntil("rows are committed aside", () -> rowsAside() == 19);
                snapshots.lastRows("s2", 20, 20);
                task.drain();
            }
        }

        assertThat(destination.orders()).hasSize(20);
        assertThat(destination.database().value("SELECT detail FROM tablecast.run_log ORDER BY id DESC LIMIT 1"))
                .isEqualTo("switched although 1 older transactions still ran");
    }

    @Test
    void anOffsetSetFromOutsideForgetsTheStagedLoad() {
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 30);
        try (DrivenTask task = destination.task(STAGED_AT_ONCE)) {
            task.open(log);
            task.turnUntil("rows are committed aside", () -> rowsAside() == 30);
        }
        long after = log.end();
        snapshots.whole("s2", "queue", 5);

        assertThat(new PostgresSinkConnector()
                        .alterOffsets(destination.settings(), java.util.Map.of(log.partition(), after)))
                .isTrue();
        applyAll();

        assertThat(destination.orders()).hasSize(5);
        assertThat(tablesAside()).as("what was begun is dropped").isZero();
    }

    private long rowsAside() {
        if (destination.database().value("SELECT to_regclass('tablecast.staged_load')") == null) {
            return 0;
        }
        String table = destination
                .database()
                .column("SELECT table_schema || '.' || relname FROM tablecast.staged_load"
                        + " JOIN pg_class ON relname LIKE table_name || '\\_\\_tc\\_%' AND relkind = 'r'"
                        + " AND relname <> (SELECT coalesce(max(split_part(storage_table, '.', 2)), '') FROM"
                        + " tablecast.table_state s WHERE s.table_name = staged_load.table_name)")
                .stream()
                .findFirst()
                .orElse("");
        return table.isEmpty() ? 0 : destination.database().number("SELECT count(*) FROM " + TableId.parse(table));
    }

    private long tablesAside() {
        return destination
                .database()
                .number("SELECT count(*) FROM pg_class WHERE relname LIKE 'orders\\_\\_tc\\_%' AND relkind = 'r'");
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    private void applyAll(String... keysAndValues) {
        try (DrivenTask task = destination.task(keysAndValues)) {
            task.open(log);
            task.drain();
        }
    }
}
