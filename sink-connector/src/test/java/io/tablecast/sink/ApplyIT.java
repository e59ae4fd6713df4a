// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of rows reach their table, whatever comes in one flush. */
class ApplyIT {

    private static final String TOPIC = "erp.shop.orders";

    private final TopicLog log = new TopicLog(TOPIC, 0);
    private final Orders orders = new Orders(log, "orders");
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void rowsArriveInATableThatIsCreatedForThem() {
        orders.insert(1, "a", 10);
        orders.insert(2, null, null);

        applyAll();

        assertThat(destination.orders()).containsExactly("1:a:10", "2:-:-");
        assertThat(destination
                        .database()
                        .column("SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                                + " WHERE attrelid = 'shop.orders'::regclass AND attnum > 0 ORDER BY attnum"))
                .containsExactly("bigint", "text", "integer");
        assertThat(destination.storedOffset(TOPIC)).isEqualTo(2);
    }

    @Test
    void manyRowsGoThroughTheStagingTable() {
        for (int id = 1; id <= 3000; id++) {
            orders.insert(id, "code " + id, id);
        }
        for (int id = 1; id <= 3000; id += 2) {
            orders.update(id, "changed " + id, -id);
        }
        for (int id = 1; id <= 3000; id += 3) {
            orders.delete(id);
        }

        applyAll("batch.max.rows", "700");

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(2000);
        assertThat(destination
                        .database()
                        .number("SELECT count(*) FROM shop.orders WHERE amount < 0" + " AND code = 'changed ' || id"))
                .isEqualTo(1000);
    }

    @Test
    void deleteAfterInsertInOneFlushLeavesNoRow() {
        orders.insert(1, "a", 1);
        orders.insert(2, "b", 2);
        orders.delete(1);

        applyAll();

        assertThat(destination.orders()).containsExactly("2:b:2");
    }

    @Test
    void aDeletedKeyMayComeBack() {
        orders.insert(1, "a", 1);
        orders.delete(1);
        orders.insert(1, "again", 2);

        applyAll();

        assertThat(destination.orders()).containsExactly("1:again:2");
    }

    @Test
    void aChangedKeyMovesTheRow() {
        orders.insert(1, "a", 1);
        orders.move(1, 9, "a", 1);

        applyAll();

        assertThat(destination.orders()).containsExactly("9:a:1");
    }

    @Test
    void truncateEmptiesTheTableBetweenItsNeighbours() {
        try (DrivenTask task = destination.task()) {
            task.open(log);
            orders.insert(1, "before", 1);
            task.drain();
            orders.insert(2, "also before", 2);
            orders.truncate();
            orders.insert(3, "after", 3);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("3:after:3");
    }

    @Test
    void truncateOfATableWithReferencesDeletesItsRows() {
        destination
                .database()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount int)",
                        "CREATE TABLE shop.notes (order_id bigint REFERENCES shop.orders)",
                        "INSERT INTO shop.orders VALUES (1, 'old', 1)");
        orders.truncate();
        orders.insert(2, "new", 2);

        applyAll();

        assertThat(destination.orders()).containsExactly("2:new:2");
    }

    @Test
    void truncatesAndDeletesAreIgnoredIfAsked() {
        orders.insert(1, "a", 1);
        orders.insert(2, "b", 2);
        orders.delete(1);
        orders.truncate();

        applyAll("delete.mode", "ignore", "table.shop.orders.truncate.mode", "ignore");

        assertThat(destination.orders()).containsExactly("1:a:1", "2:b:2");
    }

    @Test
    void appendKeepsEveryRow() {
        destination
                .database()
                .execute("CREATE SCHEMA shop", "CREATE TABLE shop.orders (id bigint, code text, amount int)");
        for (int i = 0; i < 200; i++) {
            orders.insert(1, "a", i);
        }
        orders.delete(1);

        applyAll("apply.mode", "append");

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(200);
    }

    @Test
    void tableCreatedForAppendedRowsTakesAKeyAgain() {
        orders.insert(1, "a", 1);
        orders.update(1, "a", 2);

        applyAll("apply.mode", "append");

        assertThat(destination.orders()).containsExactlyInAnyOrder("1:a:1", "1:a:2");
        assertThat(destination
                        .database()
                        .column("SELECT indexdef FROM pg_indexes WHERE schemaname = 'shop' AND tablename = 'orders'"))
                .singleElement()
                .asString()
                .matches("CREATE INDEX .* USING btree \\(id\\)");
    }

    @Test
    void columnsThatRecordsDoNotKnowAreLeftAlone() {
        destination
                .database()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount int, mine text DEFAULT 'x')",
                        "INSERT INTO shop.orders VALUES (1, 'old', 1, 'kept')");
        orders.update(1, "new", 2);
        orders.insert(2, "b", 2);

        applyAll();

        assertThat(destination.database().column("SELECT mine FROM shop.orders ORDER BY id"))
                .containsExactly("kept", "x");
    }

    @Test
    void typesWithoutBinaryFormAreCast() {
        destination
                .database()
                .execute(
                        "CREATE TYPE mood AS ENUM ('a', 'b')",
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code mood, amount numrange)");
        TopicLog odd = new TopicLog("shop.orders", 0);
        Schema row = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("code", Schema.STRING_SCHEMA)
                .field("amount", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        for (long id = 1; id <= 100; id++) {
            send(odd, row, new Struct(row).put("id", id).put("code", "b").put("amount", "[1,2]"));
        }
        send(odd, row, new Struct(row).put("id", 1L).put("code", "a"));
        try (DrivenTask task = destination.task()) {
            task.open(odd);
            task.drain();
        }

        assertThat(destination.database().value("SELECT count(*) FROM shop.orders WHERE code = 'b' AND 1.5 <@ amount"))
                .isEqualTo("99");
    }

    @Test
    void valuesThatTheSourceDidNotRepeatStayAsTheyAre() {
        try (DrivenTask task = destination.task()) {
            task.open(log);
            orders.insert(1, "large one", 1);
            task.drain();
            orders.update(1, "__debezium_unavailable_value", 2);
            orders.insert(2, "large two", 1);
            orders.update(2, "__debezium_unavailable_value", 3);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:large one:2", "2:large two:3");
    }

    @Test
    void aColumnThatTheSourceAddsIsAdded() {
        orders.insert(1, "a", 1);
        Schema wider = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("code", Schema.OPTIONAL_STRING_SCHEMA)
                .field("amount", Schema.OPTIONAL_INT32_SCHEMA)
                .field("gift", Schema.OPTIONAL_BOOLEAN_SCHEMA)
                .build();
        Column gift = new Column("gift", "boolean", true, "false", Identity.NONE, "", "", "");
        log.send(
                KEY,
                new Struct(KEY).put("id", 2L),
                wider,
                new Struct(wider).put("id", 2L).put("code", "b").put("gift", true),
                new RecordHeaders()
                        .schemaChange(List.of(new SchemaChange.Add(gift)))
                        .headers());

        applyAll();

        assertThat(destination.database().column("SELECT concat(id, gift) FROM shop.orders ORDER BY id"))
                .containsExactly("1f", "2t");
    }

    @Test
    void aChangeOfColumnsMayRideOnADelete() {
        orders.insert(1, "a", 1);
        orders.insert(2, "b", 2);
        Column gift = new Column("gift", "boolean", true, "false", Identity.NONE, "", "", "");
        Struct key = orders.writer().key(orders.row(2, null, null));
        orders.send(
                key,
                orders.writer().deleted(orders.writer().rowWithOnlyKey(key), orders.source(), Orders.transaction()),
                new RecordHeaders()
                        .schemaChange(List.of(new SchemaChange.Add(gift)))
                        .headers());

        applyAll();

        assertThat(destination.database().column("SELECT concat(id, gift) FROM shop.orders"))
                .containsExactly("1f");
    }

    @Test
    void tablesWhoseKeyHasNoIndexAreWrittenToo() {
        destination
                .database()
                .execute("CREATE SCHEMA shop", "CREATE TABLE shop.orders (id bigint, code text, amount int)");
        for (int id = 1; id <= 100; id++) {
            orders.insert(id, "a", id);
        }
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.drain();
            for (int id = 1; id <= 100; id++) {
                orders.update(id, "b", id);
            }
            orders.delete(100);
            task.drain();
        }

        assertThat(destination.database().value("SELECT count(*) || min(code) FROM shop.orders"))
                .isEqualTo("99b");
    }

    @Test
    void flatRowsWithTombstonesAreApplied() {
        TopicLog flat = new TopicLog("shop.orders", 0);
        Schema row = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("code", Schema.OPTIONAL_STRING_SCHEMA)
                .field("amount", Schema.OPTIONAL_INT32_SCHEMA)
                .build();
        send(flat, row, new Struct(row).put("id", 1L).put("code", "a").put("amount", 1));
        send(flat, row, new Struct(row).put("id", 2L).put("code", "b").put("amount", 2));
        Struct key = new Struct(KEY).put("id", 1L);
        flat.send(KEY, key, null, null, new ConnectHeaders());
        try (DrivenTask task = destination.task()) {
            task.open(flat);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("2:b:2");
    }

    @Test
    void anEnvelopeOfAnotherSourceIsApplied() {
        TopicLog foreign = new TopicLog("dbserver1.inventory.customers", 0);
        Schema row = SchemaBuilder.struct()
                .name("dbserver1.inventory.customers.Value")
                .optional()
                .field("id", Schema.INT32_SCHEMA)
                .field("email", Schema.STRING_SCHEMA)
                .build();
        Schema source = SchemaBuilder.struct()
                .name("io.debezium.connector.mysql.Source")
                .field("connector", Schema.STRING_SCHEMA)
                .field("ts_ms", Schema.INT64_SCHEMA)
                .field("db", Schema.STRING_SCHEMA)
                .field("table", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        Schema envelope = SchemaBuilder.struct()
                .name("dbserver1.inventory.customers.Envelope")
                .field("before", row)
                .field("after", row)
                .field("source", source)
                .field("op", Schema.STRING_SCHEMA)
                .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
                .build();
        Schema keySchema =
                SchemaBuilder.struct().field("id", Schema.INT32_SCHEMA).build();
        for (int id = 1; id <= 3; id++) {
            foreign.send(
                    keySchema,
                    new Struct(keySchema).put("id", id),
                    envelope,
                    new Struct(envelope)
                            .put("after", new Struct(row).put("id", id).put("email", id + "@example.org"))
                            .put(
                                    "source",
                                    new Struct(source)
                                            .put("connector", "mysql")
                                            .put("ts_ms", 1L)
                                            .put("db", "inventory")
                                            .put("table", "customers"))
                            .put("op", "r"),
                    new ConnectHeaders());
        }
        try (DrivenTask task = destination.task()) {
            task.open(foreign);
            task.drain();
        }

        assertThat(destination.database().column("SELECT email FROM inventory.customers ORDER BY id"))
                .containsExactly("1@example.org", "2@example.org", "3@example.org");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void valuesOfAUniqueColumnMayBeSwapped(int batchRows) {
        destination
                .database()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text UNIQUE, amount int)");
        orders.insert(1, "x", 1);
        orders.insert(2, "y", 2);
        // As statement-level triggers see it: both rows have their new value, one after the other.
        orders.update(1, "y", 1);
        orders.update(2, "x", 2);

        try (DrivenTask task = destination.task("batch.max.rows", String.valueOf(batchRows))) {
            task.mostPerPoll(1);
            task.open(log);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:y:1", "2:x:2");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyStreamEndsAsIfItsRecordsWereAppliedOneByOne(long seed) {
        Random random = new Random(seed);
        Map<Long, String> expected = new TreeMap<>();
        for (int i = 0; i < 2000; i++) {
            change(random, expected, i);
        }

        try (DrivenTask task = destination.task("batch.max.rows", String.valueOf(1 + random.nextInt(300)))) {
            task.mostPerPoll(1 + random.nextInt(200));
            task.open(log);
            task.drain();
        }

        List<String> rows = new ArrayList<>();
        expected.forEach((id, rest) -> rows.add(id + ":" + rest));
        assertThat(destination.orders()).isEqualTo(rows);
    }

    private void change(Random random, Map<Long, String> expected, int i) {
        long id = random.nextInt(120);
        int kind = random.nextInt(100);
        if (kind == 0) {
            orders.truncate();
            expected.clear();
        } else if (kind < 25) {
            orders.delete(id);
            expected.remove(id);
        } else if (kind < 35 && expected.containsKey(id)) {
            long to = 1000L + i;
            orders.move(id, to, "moved", i);
            expected.remove(id);
            expected.put(to, "moved:" + i);
        } else {
            orders.update(id, "v" + i, i);
            expected.put(id, "v" + i + ":" + i);
        }
    }

    private static final Schema KEY =
            SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();

    private static void send(TopicLog topic, Schema row, Struct value) {
        topic.send(KEY, new Struct(KEY).put("id", value.get("id")), row, value, new ConnectHeaders());
    }

    private void applyAll(String... settings) {
        try (DrivenTask task = destination.task(settings)) {
            task.open(log);
            task.drain();
        }
    }
}
