// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With {@code delete.mode=soft} deleted rows stay, marked with the time of their deletion at the source. */
class SoftDeleteIT {

    private static final String TOPIC = "erp.shop.orders";
    private static final String NOON = "2026-03-01T12:00:00Z";
    private static final String LATER = "2026-03-01T13:30:00Z";

    private final TopicLog log = new TopicLog(TOPIC, 0);
    private final Orders orders = new Orders(log, "orders");
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
        orders.at(NOON);
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void aDeletedRowStaysWithTheSourcesTime() {
        orders.insert(1, "a", 1);
        orders.insert(2, "b", 2);
        apply();
        orders.at(LATER);
        orders.delete(1);
        apply();

        assertThat(rows()).containsExactly("1:a:1 13:30:00", "2:b:2 -");
        assertThat(destination
                        .database()
                        .column("SELECT format_type(a.atttypid, -1) FROM pg_attribute a"
                                + " JOIN pg_index i ON i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey)"
                                + " WHERE a.attrelid = 'shop.orders'::regclass AND attname = 'tablecast_deleted_at'"))
                .containsExactly("timestamp with time zone");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void aKeyThatIsUsedAgainBringsTheRowBack(int batchRows) {
        orders.insert(1, "a", 1);
        orders.delete(1);
        orders.insert(1, "again", 2);
        orders.insert(2, "b", 1);
        orders.delete(2);
        orders.insert(2, "b", 2);
        orders.at(LATER);
        orders.delete(2);

        apply("batch.max.rows", String.valueOf(batchRows));

        assertThat(rows()).containsExactly("1:again:2 -", "2:b:2 13:30:00");
    }

    @Test
    void theFirstOfSeveralDeletesCounts() {
        orders.insert(1, "a", 1);
        orders.delete(1);
        apply();
        orders.at(LATER);
        orders.delete(1);
        orders.delete(7);
        apply();

        assertThat(rows()).containsExactly("1:a:1 12:00:00");
    }

    @Test
    void valuesOfTheOldRowAreWrittenOnlyIfItIsWhole() {
        orders.insert(1, "a", 1);
        orders.insert(2, "b", 2);
        apply();
        orders.delete(1);
        orders.delete(2, "last", 22);
        orders.delete(3, "never seen", 3);
        apply();

        assertThat(rows()).containsExactly("1:a:1 12:00:00", "2:last:22 12:00:00", "3:never seen:3 12:00:00");
    }

    @Test
    void aTruncateMarksTheRowsThatAreThere() {
        orders.insert(1, "a", 1);
        orders.insert(2, "b", 2);
        orders.delete(1);
        orders.insert(3, "c", 3);
        orders.at(LATER);
        orders.truncate();
        orders.insert(3, "new", 33);

        apply();

        assertThat(rows()).containsExactly("1:a:1 12:00:00", "2:b:2 13:30:00", "3:new:33 -");
    }

    @Test
    void aChangedKeyLeavesTheOldOneBehind() {
        orders.insert(1, "a", 1);
        orders.move(1, 9, "a", 1);

        apply();

        assertThat(rows()).containsExactly("1:a:1 12:00:00", "9:a:1 -");
    }

    @Test
    void manyRowsGoThroughStagingTables() {
        for (int id = 1; id <= 1000; id++) {
            orders.insert(id, "c" + id, id);
        }
        apply();
        for (int id = 1; id <= 1000; id += 2) {
            orders.delete(id);
        }
        for (int id = 2; id <= 1000; id += 4) {
            orders.update(id, "changed", id);
            orders.delete(id);
        }
        apply();

        assertThat(destination
                        .database()
                        .value("SELECT count(*) FILTER (WHERE tablecast_deleted_at IS NOT NULL) || ' ' || count(*)"
                                + " || ' ' || count(*) FILTER (WHERE code = 'changed') FROM shop.orders"))
                .isEqualTo("750 1000 250");
    }

    @Test
    void aTombstoneOfAFlatRowDeletesAtTheRecordsTime() {
        TopicLog flat = new TopicLog("shop.orders", 0);
        Schema key = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();
        Schema row = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("code", Schema.OPTIONAL_STRING_SCHEMA)
                .field("amount", Schema.OPTIONAL_INT32_SCHEMA)
                .build();
        Struct one = new Struct(key).put("id", 1L);
        flat.send(key, one, row, new Struct(row).put("id", 1L).put("code", "a"), new ConnectHeaders());
        flat.at(1_772_366_400_000L);
        flat.send(key, one, null, null, new ConnectHeaders());
        try (DrivenTask task = destination.task("delete.mode", "soft")) {
            task.open(flat);
            task.drain();
        }

        assertThat(rows()).containsExactly("1:a:- 12:00:00");
    }

    @Test
    void aTableThatIsThereGetsTheColumnUnlessItMayNotChange() {
        destination
                .database()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount int)",
                        "INSERT INTO shop.orders VALUES (1, 'old', 1), (2, 'old', 2)");
        orders.delete(1);

        assertThatThrownBy(() -> apply("schema.evolution", "none", "soft.delete.column", "gone_at"))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("delete.mode=soft needs its column \"gone_at\"")
                .hasMessageContaining("schema.evolution=basic");
        apply("soft.delete.column", "gone_at");

        assertThat(destination.database().column("SELECT id FROM shop.orders WHERE gone_at IS NULL"))
                .containsExactly("2");
    }

    @Test
    void aTableMayBeTheOnlyOneThatKeepsItsDeletedRows() {
        TopicLog other = new TopicLog("erp.shop.items", 0);
        Orders items = new Orders(other, "items");
        orders.insert(1, "a", 1);
        orders.delete(1);
        items.insert(1, "a", 1);
        items.delete(1);
        try (DrivenTask task = destination.task("table.shop.orders.delete.mode", "soft")) {
            task.open(log, other);
            task.drain();
        }

        assertThat(rows()).containsExactly("1:a:1 12:00:00");
        assertThat(destination.database().number("SELECT count(*) FROM shop.items"))
                .isZero();
    }

    @Test
    void everyDeletedStateIsKeptOnceEvenIfTheSourceSendsItAgain() {
        orders.insert(1, "first", 1);
        orders.delete(1);
        orders.insert(1, "second", 2);
        orders.delete(1);
        orders.again(4);
        orders.insert(1, "first", 1);
        orders.delete(1);
        orders.insert(1, "second", 2);
        apply("soft.delete.history", "true");
        orders.delete(1);
        orders.insert(1, "third", 3);
        apply("soft.delete.history", "true");
        orders.at(LATER);
        orders.delete(1);
        orders.insert(2, "two", 2);
        orders.delete(2, "whole", 22);
        apply("soft.delete.history", "true");

        assertThat(history())
                .containsExactly(
                        "1:first:1 12:00:00", "1:second:2 12:00:00", "1:third:3 13:30:00", "2:whole:22 13:30:00");
        assertThat(rows()).containsExactly("1:third:3 13:30:00", "2:whole:22 13:30:00");
    }

    @Test
    void aTruncateAddsItsRowsToTheHistory() {
        orders.insert(1, "a", 1);
        orders.insert(2, "b", 2);
        orders.delete(2);
        orders.at(LATER);
        orders.truncate();
        orders.insert(1, "new", 11);
        orders.truncate();

        apply("soft.delete.history", "true");

        assertThat(history()).containsExactly("1:a:1 13:30:00", "1:new:11 13:30:00", "2:b:2 12:00:00");
    }

    @Test
    void aCopyMarksTheRowsThatItLacksAndSwapsNothingAway() {
        SnapshotRecords snapshots = new SnapshotRecords(orders);
        snapshots.whole("s1", "queue", List.of(orders.row(1, "a", 1), orders.row(2, "b", 2), orders.row(3, "c", 3)));
        apply("soft.delete.history", "true");
        String oid = destination.database().value("SELECT 'shop.orders'::regclass::oid");
        orders.delete(3);
        snapshots.whole("s2", "queue", List.of(orders.row(2, "b", 22), orders.row(3, "c", 3), orders.row(4, "d", 4)));
        apply("soft.delete.history", "true");

        assertThat(destination
                        .database()
                        .column("SELECT concat_ws(':', id, code, amount, tablecast_deleted_at IS NOT NULL)"
                                + " FROM shop.orders ORDER BY id"))
                .containsExactly("1:a:1:t", "2:b:22:f", "3:c:3:f", "4:d:4:f");
        assertThat(destination
                        .database()
                        .column("SELECT concat_ws(':', id, code, tablecast_source_position) FROM shop.orders_deleted"
                                + " ORDER BY id"))
                .containsExactly("1:a:snapshot s2", "3:c:[null,\"5\"]");
        assertThat(destination.database().value("SELECT 'shop.orders'::regclass::oid"))
                .as("it is the same table")
                .isEqualTo(oid);
    }

    @Test
    void aCopyWhoseRowsCannotBeToldByTheirKeyIsRefused() {
        Snapshots snapshots = new Snapshots(orders, "code");
        for (String id : List.of("s1", "s2")) {
            snapshots.begin(id, "snapshot");
            snapshots.row(id, 1, 1, "a", new ConnectHeaders());
            snapshots.row(id, 2, 2, null, Snapshots.end(id, 2));
        }

        assertThatThrownBy(this::apply)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining(
                        "Cannot write to shop.orders: delete.mode=soft tells rows by their key [code], and"
                                + " the copy has rows with a NULL in it. Set key.columns at the source to columns that are never"
                                + " NULL.");
        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(2);
    }

    @Test
    void aRefusedRowIsPutAsideAndItsNeighboursAreDeleted() {
        destination
                .database()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code varchar(5), amount int)");
        for (int id = 1; id <= 100; id++) {
            orders.insert(id, "ok", id);
        }
        orders.update(50, "far too long", 1);
        for (int id = 1; id <= 100; id++) {
            orders.delete(id);
        }

        apply("errors.tolerance", "all", "soft.delete.history", "true");

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders WHERE tablecast_deleted_at IS NULL"))
                .isZero();
        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(100);
        assertThat(destination.database().column("SELECT record_key FROM tablecast.record_error"))
                .containsExactly("(id=50)");
    }

    private List<String> rows() {
        return states("shop.orders");
    }

    private List<String> history() {
        return states("shop.orders_deleted");
    }

    private List<String> states(String table) {
        return destination
                .database()
                .column("SELECT concat_ws(':', id, coalesce(code, '-'), coalesce(amount::text, '-')) || ' '"
                        + " || coalesce((tablecast_deleted_at AT TIME ZONE 'UTC')::time::text, '-') FROM " + table
                        + " ORDER BY 1");
    }

    private void apply(String... settings) {
        List<String> all = new ArrayList<>(List.of("delete.mode", "soft"));
        all.addAll(Arrays.asList(settings));
        try (DrivenTask task = destination.task(all.toArray(String[]::new))) {
            task.open(log);
            task.drain();
        }
    }
}
