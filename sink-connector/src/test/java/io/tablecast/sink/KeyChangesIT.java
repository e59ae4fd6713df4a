// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.record.RecordHeaders;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A row whose key changes keeps the values that its records do not repeat. */
class KeyChangesIT {

    private static final String UNKNOWN = "__debezium_unavailable_value";

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final Orders orders = new Orders(log, "orders");
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
        destination
                .database()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text UNIQUE, amount int)");
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void unknownValuesComeFromTheRowOfTheFormerKey() {
        orders.insert(1, "large", 1);
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.drain();
            orders.move(1, 2, UNKNOWN, 5);
            orders.move(2, 3, UNKNOWN, 6);
            orders.update(3, UNKNOWN, 7);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("3:large:7");
    }

    @Test
    void theTwoRecordsOfAChangeAreWrittenTogether() {
        orders.insert(1, "large", 1);
        orders.move(1, 2, UNKNOWN, 5);
        orders.move(2, 3, UNKNOWN, 6);
        try (DrivenTask task = destination.task("batch.max.rows", "1", "batch.linger.ms", "0")) {
            task.mostPerPoll(1);
            task.open(log);
            task.turnUntil("the first row is there", () -> destination.committedTo(log) > 0);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("3:large:6");
    }

    @Test
    void unknownValuesComeFromEarlierChangesOfTheSameFlush() {
        orders.insert(1, "large", 1);
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.drain();
            orders.update(1, "larger", 2);
            orders.move(1, 2, UNKNOWN, 3);
            orders.insert(4, "other", 1);
            orders.move(4, 5, UNKNOWN, 2);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("2:larger:3", "5:other:2");
    }

    @Test
    void rowsMayExchangeTheirKeys() {
        orders.insert(1, "a", 1);
        orders.insert(2, "b", 2);
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.drain();
            orders.move(1, 0, UNKNOWN, 1);
            orders.move(2, 1, UNKNOWN, 2);
            orders.move(0, 2, UNKNOWN, 1);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:b:2", "2:a:1");
    }

    @Test
    void theFormerRowMayBeKeptAsDeleted() {
        orders.insert(1, "large", 1);
        destination.database().execute("ALTER TABLE shop.orders DROP CONSTRAINT orders_code_key");
        try (DrivenTask task = destination.task("delete.mode", "soft")) {
            task.open(log);
            task.drain();
            orders.move(1, 2, UNKNOWN, 5);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:large:1", "2:large:5");
        assertThat(destination.database().column("SELECT id FROM shop.orders WHERE tablecast_deleted_at IS NULL"))
                .containsExactly("2");
    }

    @Test
    void aRecordThatIsRefusedInTheSameFlushChangesNothingOfThat() {
        orders.insert(1, "large", 1);
        try (DrivenTask task = destination.task("errors.tolerance", "all")) {
            task.open(log);
            task.drain();
            orders.insert(9, "a\0b", 1);
            orders.move(1, 2, UNKNOWN, 5);
            task.drain();
            assertThat(task.context().reported()).hasSize(1);
        }

        assertThat(destination.orders()).containsExactly("2:large:5");
    }

    @Test
    void withoutTheFormerRowTheChangeIsRefused() {
        orders.move(1, 2, UNKNOWN, 5);
        try (DrivenTask task = destination.task()) {
            task.open(log);
            assertThatThrownBy(task::drain)
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("erp.shop.orders[0]@2")
                    .hasMessageContaining("no such row is here");
        }
    }

    @Test
    void valuesOfEveryTypeAreKept() {
        destination.database().execute("DROP TABLE shop.orders", """
                CREATE TABLE shop.orders (
                    id bigint PRIMARY KEY, raw bytea, doc jsonb, words text[], numbers int[], exact numeric(12,2),
                    name varchar(6), day date, code uuid, at timestamptz, "od d" text)""", """
                INSERT INTO shop.orders VALUES (1, '\\x00ff10', '{"a": 1}', '{x,NULL,"ä\\"b"}', '{1,NULL}', 12.50, 'Jürgen',
                    '0044-03-15 BC', '00000000-0000-0001-0000-000000000002', '2026-07-01 12:00:00.123456+02', 'odd')""");
        String before = values(1);
        Schema unknown = Schema.OPTIONAL_STRING_SCHEMA;
        SchemaBuilder row = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA);
        row.field("raw", Schema.OPTIONAL_BYTES_SCHEMA);
        for (String column : List.of("doc", "exact", "name", "day", "code", "at")) {
            row.field(column, unknown);
        }
        row.field("words", SchemaBuilder.array(unknown).optional().build());
        row.field(
                "numbers",
                SchemaBuilder.array(Schema.OPTIONAL_INT32_SCHEMA).optional().build());
        row.field(
                "od_d",
                SchemaBuilder.string()
                        .optional()
                        .parameter("__debezium.source.column.name", "od d")
                        .build());
        Struct value = new Struct(row.build()).put("id", 2L);
        for (String column : List.of("doc", "exact", "name", "day", "code", "at", "od_d")) {
            value.put(column, UNKNOWN);
        }
        value.put("raw", UNKNOWN.getBytes(UTF_8))
                .put("words", List.of(UNKNOWN))
                .put("numbers", UNKNOWN.chars().boxed().toList());
        try (DrivenTask task = destination.task()) {
            task.open(log);
            log.send(
                    key(1).schema(),
                    key(1),
                    null,
                    null,
                    new RecordHeaders().newKey(key(2)).headers());
            send(value, new RecordHeaders().oldKey(key(1)).headers());
            task.drain();
        }

        assertThat(values(2)).isEqualTo(before);
        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(1);
    }

    private String values(long id) {
        return destination.database().value("""
                SELECT row(raw, doc, words, numbers, exact, name, day, code, at, "od d")::text
                FROM shop.orders WHERE id =\s""" + id);
    }

    private void send(Struct row, Headers headers) {
        Struct key = key(row.getInt64("id"));
        log.send(key.schema(), key, row.schema(), row, new ConnectHeaders(headers));
    }

    private Struct key(long id) {
        return orders.writer().key(orders.row(id, null, null));
    }

    @Test
    void aRowThatReplacesAnotherNeedsAKeyToFindIt() {
        TopicLog keyless = new TopicLog("erp.shop.log", 0);
        Orders lines = new Orders(keyless, "log");
        for (String code : List.of("a", "b")) {
            lines.send(
                    null,
                    lines.writer().created(lines.row(1, code, 1), lines.source(), Orders.transaction()),
                    new ConnectHeaders());
        }
        lines.send(
                null,
                lines.writer()
                        .updated(lines.row(1, "a", 1), lines.row(1, "c", 1), lines.source(), Orders.transaction()),
                new ConnectHeaders());
        try (DrivenTask task = destination.task()) {
            task.open(keyless);
            assertThatThrownBy(task::drain)
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("Cannot apply erp.shop.log[0]@2 to shop.log")
                    .hasMessageContaining(
                            "The record replaces a row without naming its key, and shop.log has no primary"
                                    + " key whose columns the record holds, so that the old row would stay. Give the topic's"
                                    + " records a key, or set apply.mode=append to keep all states.");
        }
        try (DrivenTask task = destination.task("apply.mode", "append")) {
            task.open(keyless);
            task.drain();
        }

        assertThat(destination.database().column("SELECT code FROM shop.log ORDER BY code"))
                .containsExactly("a", "b", "c");
    }
}
