// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Identity;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows of every shape reach their table: with other columns, other types and other envelopes than its own. */
class RowShapesIT {

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
    void aRowThatIsThereAgainHasNothingOfTheOneThatWasDeleted() {
        TopicLog flat = new TopicLog("shop.orders", 0);
        Schema whole = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("code", Schema.OPTIONAL_STRING_SCHEMA)
                .field("amount", Schema.OPTIONAL_INT32_SCHEMA)
                .build();
        Schema part = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("code", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        try (DrivenTask task = destination.task()) {
            task.open(flat);
            for (long id = 1; id <= 4; id++) {
                send(
                        flat,
                        whole,
                        new Struct(whole).put("id", id).put("code", "old").put("amount", 1));
            }
            task.drain();
            for (long id = 1; id <= 3; id++) {
                flat.send(KEY, new Struct(KEY).put("id", id), null, null, new ConnectHeaders());
                send(flat, part, new Struct(part).put("id", id).put("code", "new"));
            }
            send(flat, part, new Struct(part).put("id", 2L).put("code", "newer"));
            send(
                    flat,
                    whole,
                    new Struct(whole).put("id", 3L).put("code", "last").put("amount", 3));
            send(flat, part, new Struct(part).put("id", 4L).put("code", "new"));
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:new:-", "2:newer:-", "3:last:3", "4:new:1");
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
