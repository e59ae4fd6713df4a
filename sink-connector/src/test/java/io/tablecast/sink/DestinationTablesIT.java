// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.testing.Database;
import io.tablecast.testing.Role;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables that are there, are created, or follow the records of sources that announce nothing. */
class DestinationTablesIT {

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final Orders orders = new Orders(log, "orders");
    private Destination destination;
    private Database database;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
        database = destination.database();
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void tableThatIsMissingIsNotCreatedWithoutLeave() {
        orders.insert(1, "a", 1);

        assertRefused(
                "Cannot write to shop.orders: the table does not exist. Create it, or set auto.create=true to have"
                        + " it created.",
                "auto.create",
                "false");
        applyAll("auto.create", "false", "table.shop.orders.auto.create", "true");

        assertThat(destination.orders()).containsExactly("1:a:1");
    }

    @Test
    void createdTableIsPackedAndIndexedAsConfigured() {
        new Snapshots(orders).whole("s1", "snapshot", 3);

        applyAll("indexes", "none", "fillfactor", "70", "swap.mode", "rename");

        assertThat(database.value("SELECT reloptions FROM pg_class WHERE oid = 'shop.orders'::regclass"))
                .isEqualTo("{fillfactor=70}");
        assertThat(database.number("SELECT count(*) FROM pg_indexes WHERE schemaname = 'shop'"))
                .isZero();
    }

    @Test
    void driverPropertiesReachTheServerAndWhatValuesNeedStays() {
        database.execute(
                "ALTER DATABASE " + Database.quote(database.name()) + " SET statement_timeout = '1h'",
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount int,"
                        + " note text DEFAULT concat_ws(' ', current_setting('shop.note', true),"
                        + " current_setting('TimeZone'), current_setting('statement_timeout')))");
        orders.insert(1, "a", 1);

        applyAll("connection.properties.options", "-c shop.note=hello -c TimeZone=Asia/Tokyo");

        assertThat(database.value("SELECT note FROM shop.orders")).isEqualTo("hello UTC 0");
    }

    @Test
    void alteringWaitsForReadersAsLongAsConfigured() {
        orders.insert(1, "a", 1);
        applyAll();
        database.execute(
                "CREATE TABLE seen (setting text)",
                "CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN INSERT INTO seen VALUES (current_setting(''lock_timeout'')); END'",
                "CREATE EVENT TRIGGER noted ON ddl_command_start WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION note()");
        new FlatRows(log, withExtra()).send(2L, "b", 5L);

        applyAll("lock.timeout.ms", "4321");

        assertThat(database.column("SELECT DISTINCT setting FROM seen")).containsExactly("4321ms");
        assertThat(database.value("SELECT extra FROM shop.orders WHERE id = 2")).isEqualTo("5");
    }

    @Test
    void batchIsWrittenWhenItsBytesAreReached() {
        for (long id = 1; id <= 500; id++) {
            orders.insert(id, "x".repeat(100), 1);
        }
        try (DrivenTask task = destination.task("batch.max.bytes", "1024", "batch.linger.ms", "60000")) {
            task.mostPerPoll(5);
            task.open(log);
            task.turnUntil("a batch is written", () -> destination.committedTo(log) > 0);
        }

        assertThat(destination.committedTo(log)).isLessThan(500);
    }

    @Test
    void batchWaitsForItsRowsAsLongAsConfigured() {
        orders.insert(1, "a", 1);
        orders.insert(2, "b", 2);
        try (DrivenTask task = destination.task("batch.max.rows", "3", "batch.linger.ms", "60000")) {
            task.open(log);
            task.turnUntil("both were read", () -> task.position(log) == 2);
            for (int i = 0; i < 100; i++) {
                task.turn();
            }
            assertThat(destination.committedTo(log)).isZero();
            orders.insert(3, "c", 3);
            task.turnUntil("the third fills the batch", () -> destination.committedTo(log) == 3);
        }
    }

    @ParameterizedTest
    @CsvSource({"keep, 'id,code,amount'", "drop, 'id,amount'"})
    void columnThatTheSourceDropsStaysOrGoes(String columnDrop, String columns) {
        orders.insert(1, "a", 1);
        applyAll();
        Schema without = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("amount", Schema.OPTIONAL_INT32_SCHEMA)
                .build();
        new FlatRows(log, without)
                .announcing(new RecordHeaders()
                        .schemaChange(List.of(new SchemaChange.Drop("code")))
                        .headers())
                .send(2L, 2);

        applyAll("schema.evolution", "full", "column.drop", columnDrop);

        assertThat(database.value("SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute"
                        + " WHERE attrelid = 'shop.orders'::regclass AND attnum > 0 AND NOT attisdropped"))
                .isEqualTo(columns);
        assertThat(database.column("SELECT amount FROM shop.orders ORDER BY id"))
                .containsExactly("1", "2");
    }

    @ParameterizedTest
    @CsvSource({"true, 4", "false, 1"})
    void sequenceOfATableThatStaysGoesOnOrIsLeftAlone(String isReset, long next) {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, code text, amount int)");
        new Snapshots(orders).whole("s1", "snapshot", 3);

        applyAll("snapshot.apply", "merge", "reset.sequences", isReset);

        assertThat(database.number("SELECT nextval(pg_get_serial_sequence('shop.orders', 'id'))"))
                .isEqualTo(next);
    }

    @Test
    void topicThatAnnouncesNothingIsFollowedOverRestarts() {
        Schema first = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("code", Schema.STRING_SCHEMA)
                .field("amount", Schema.INT32_SCHEMA)
                .build();
        Schema later = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("amount", SchemaBuilder.int64().optional().build())
                .field("added", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        new FlatRows(log, first).send(1L, "a", 1);
        applyAll("schema.evolution", "full");
        new FlatRows(log, later).send(2L, null, "new");
        new FlatRows(log, later).send(3L, 1L << 40, null);
        new FlatRows(log, first).send(4L, "d", 4);
        applyAll("schema.evolution", "full");

        assertThat(database.rows("SELECT id, code, amount, added FROM shop.orders ORDER BY id"))
                .containsExactly(
                        Arrays.asList("1", "a", "1", null),
                        Arrays.asList("2", null, null, "new"),
                        Arrays.asList("3", null, "1099511627776", null),
                        Arrays.asList("4", "d", "4", null));
    }

    @Test
    void withoutEvolutionAnUnknownColumnIsRefused() {
        database.execute("CREATE SCHEMA shop", "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text)");
        new FlatRows(log, withExtra()).send(2L, "b", 5L);

        assertRefused(
                "Cannot write to shop.orders: it lacks the columns [extra] of its records. Add them by ALTER"
                        + " TABLE, or set schema.evolution=basic.",
                "schema.evolution",
                "none",
                "errors.tolerance",
                "all");
        assertThat(database.number("SELECT count(*) FROM tablecast.record_error"))
                .as("it is no record's fault")
                .isZero();
    }

    @Test
    void columnThatNobodyFillsMakesItsRecordRefused() {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount int, theirs int NOT NULL)");
        orders.insert(1, "a", 1);

        assertRefused(
                "Cannot apply erp.shop.orders[0]@0 to shop.orders, key (id=1), column \"theirs\":", new String[0]);
        assertThat(database.value("SELECT attnotnull FROM pg_attribute WHERE attrelid = 'shop.orders'::regclass"
                        + " AND attname = 'theirs'"))
                .isEqualTo("t");
    }

    @Test
    void valueThatAnotherTypeCannotTakeIsRefusedWithItsPlace() {
        database.execute(
                "CREATE SCHEMA shop", "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code uuid, amount smallint)");
        orders.insert(1, "7d444840-9dc0-11d1-b245-5ffdce74fad2", 7);
        orders.insert(2, "no uuid", 7);
        orders.insert(3, null, 70_000);
        orders.insert(4, null, 8);

        applyAll("errors.tolerance", "all");

        assertThat(database.column("SELECT id FROM shop.orders ORDER BY id")).containsExactly("1", "4");
        assertThat(database.column("SELECT place || ' ' || record_key || ' ' || coalesce(column_name, '-')"
                        + " FROM tablecast.failure ORDER BY place"))
                .containsExactly("erp.shop.orders[0]@1 (id=2) code", "erp.shop.orders[0]@2 (id=3) amount");
    }

    @Test
    void snapshotIntoATableOfOtherTypesPutsAsideWhatDoesNotFit() {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id int PRIMARY KEY, code varchar(5), amount numeric(1))");
        new Snapshots(orders).whole("s1", "snapshot", 12);

        applyAll("snapshot.apply", "truncate", "errors.tolerance", "all");

        assertThat(destination.orders()).hasSize(9).contains("9:row 9:9");
        assertThat(database.number("SELECT count(*) FROM tablecast.failure WHERE kind = 'record'"))
                .isEqualTo(3);
    }

    @Test
    void plainTableStandsInTheWayOfAView() {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount int)",
                "INSERT INTO shop.orders VALUES (1, 'mine', 1)");
        new Snapshots(orders).whole("s1", "snapshot", 3);

        assertRefused(
                "Cannot write to shop.orders: swap.mode=view puts a view of that name over the table of each snapshot,"
                        + " but it is a table that Tablecast did not make so. Rename or drop it, or set swap.mode=rename.",
                "swap.mode",
                "view");
        assertThat(destination.orders()).containsExactly("1:mine:1");
    }

    @Test
    void tableThatTheRoleMayNotWriteIsNamed() {
        Role role = database.createRole("clerk");
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount int)",
                "GRANT CREATE ON DATABASE " + database.name() + " TO " + role.name(),
                "GRANT USAGE ON SCHEMA shop TO " + role.name(),
                "GRANT SELECT ON shop.orders TO " + role.name());
        orders.insert(1, "a", 1);

        assertRefused(
                "permission denied for table orders",
                "connection.user",
                role.name(),
                "connection.password",
                role.password());
    }

    @Test
    void partitionedTableIsWrittenByAKeyThatHoldsItsPartitionKey() {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount int) PARTITION BY RANGE (id)",
                "CREATE TABLE shop.orders_1 PARTITION OF shop.orders FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE shop.orders_2 PARTITION OF shop.orders FOR VALUES FROM (10) TO (20)");
        orders.insert(1, "a", 1);
        orders.insert(11, "b", 2);
        orders.update(1, "c", 3);
        orders.delete(11);
        orders.insert(12, "d", 4);
        orders.insert(99, "nowhere", 5);
        new FlatRows(log, withExtra()).send(13L, "e", 5L);

        applyAll("errors.tolerance", "all");

        assertThat(destination.orders()).containsExactly("1:c:3", "12:d:4", "13:e:-");
        assertThat(database.column("SELECT extra FROM shop.orders_2 WHERE id = 13"))
                .containsExactly("5");
        assertThat(database.column("SELECT record_key FROM tablecast.failure")).containsExactly("(id=99)");
    }

    @Test
    void snapshotIsMergedIntoAPartitionedTable() {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount int) PARTITION BY HASH (id)",
                "CREATE TABLE shop.orders_0 PARTITION OF shop.orders FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                "CREATE TABLE shop.orders_1 PARTITION OF shop.orders FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
                "INSERT INTO shop.orders VALUES (1, 'old', 1), (77, 'gone', 1)");
        new Snapshots(orders).whole("s1", "snapshot", 5);

        applyAll("snapshot.apply", "merge");

        assertThat(destination.orders())
                .containsExactly("1:row 1:1", "2:row 2:2", "3:row 3:3", "4:row 4:4", "5:row 5:5");
        assertThat(database.number("SELECT count(*) FROM shop.orders_0") > 0
                        && database.number("SELECT count(*) FROM shop.orders_1") > 0)
                .isTrue();
    }

    @Test
    void partitionedTableWhosePartitionsTheKeyDoesNotTellIsRefused() {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id bigint, code text, amount int) PARTITION BY LIST (code)",
                "CREATE TABLE shop.orders_a PARTITION OF shop.orders FOR VALUES IN ('a')");
        orders.insert(1, "a", 1);

        assertRefused(
                "Cannot write to shop.orders: it is partitioned by [code], which the key of its records [id] does not"
                        + " hold. Partition it by columns of the key, have the key hold those columns (key.columns at the"
                        + " source), or set apply.mode=append.",
                new String[0]);
        applyAll("apply.mode", "append");

        assertThat(destination.orders()).containsExactly("1:a:1");
    }

    private static Schema withExtra() {
        return SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("code", Schema.OPTIONAL_STRING_SCHEMA)
                .field("extra", Schema.OPTIONAL_INT64_SCHEMA)
                .build();
    }

    private void assertRefused(String message, String... settings) {
        try (DrivenTask task = destination.task(settings)) {
            task.open(log);
            assertThatThrownBy(() -> task.turnUntil("it is refused", () -> false))
                    .hasMessageContaining(message);
        }
    }

    private void applyAll(String... settings) {
        try (DrivenTask task = destination.task(settings)) {
            task.open(log);
            task.drain();
        }
    }
}
