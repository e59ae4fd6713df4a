// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records of other sources reach their tables, in all the forms that sources, transforms and converters give them. */
class RecordFormsIT {

    private static final Schema KEY =
            SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();
    private static final String PLACEHOLDER = "__debezium_unavailable_value";

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final Orders orders = new Orders(log, "orders");
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
        destination.database().execute("CREATE SCHEMA shop");
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void rowsThatSayTheyAreDeletedAreDeleted() {
        Schema row = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("code", Schema.OPTIONAL_STRING_SCHEMA)
                .field("__deleted", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        for (long id = 1; id <= 3; id++) {
            send(row, new Struct(row).put("id", id).put("code", "c" + id).put("__deleted", "false"));
        }
        send(row, new Struct(row).put("id", 2L).put("__deleted", "true"));

        applyAll();

        assertThat(destination.database().column("SELECT to_jsonb(o) FROM shop.orders o ORDER BY id"))
                .containsExactly("{\"id\": 1, \"code\": \"c1\"}", "{\"id\": 3, \"code\": \"c3\"}");
    }

    @Test
    void deletesOfRecordsWithoutAKeyAreFoundByTheTablesOwn() {
        destination.database().execute("CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount int)");
        Struct row = orders.row(1, "a", 1);
        orders.send(null, orders.writer().deleted(row, orders.source(), Orders.transaction()), new ConnectHeaders());
        orders.send(null, orders.writer().created(row, orders.source(), Orders.transaction()), new ConnectHeaders());
        Struct other = orders.row(2, "b", 2);
        orders.send(null, orders.writer().created(other, orders.source(), Orders.transaction()), new ConnectHeaders());
        orders.send(null, orders.writer().deleted(other, orders.source(), Orders.transaction()), new ConnectHeaders());

        applyAll();

        assertThat(destination.orders()).containsExactly("1:a:1");
    }

    @Test
    void rowsWithoutSchemasTakeTheirTypesFromTheTable() {
        destination
                .database()
                .execute(
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, name text, price numeric(8,2), day date,"
                                + " at timestamp(3), seen timestamptz, raw bytea, tags text[], doc jsonb, ok boolean, mine int)");
        json(
                "{\"id\": 1}",
                "{\"id\": 1, \"name\": \"a \\\"b\\\"\", \"price\": 12.5, \"day\": 20000,"
                        + " \"at\": 1700000000123, \"seen\": 1700000000123456, \"raw\": \"3q2+7w==\","
                        + " \"tags\": [\"x, y\", null, \"\\\"\"], \"doc\": {\"k\": [1, null]}, \"ok\": true}");
        json("{\"id\": 2}", "{\"id\": 2, \"name\": \"gone\"}");
        json(
                "{\"id\": 1}",
                "{\"id\": 1, \"name\": \"" + PLACEHOLDER + "\", \"raw\": \"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==\","
                        + " \"tags\": [\"" + PLACEHOLDER + "\"], \"price\": 13}");
        json("{\"id\": 2}", null);

        applyAll();

        assertThat(destination
                        .database()
                        .column(
                                "SELECT concat_ws('|', id, name, price, day, at, seen AT TIME ZONE 'UTC', raw, tags, doc,"
                                        + " ok, mine) FROM shop.orders"))
                .containsExactly("1|a \"b\"|13.00|2024-10-04|2023-11-14 22:13:20.123|2023-11-14 22:13:20.123456"
                        + "|\\xdeadbeef|{\"x, y\",NULL,\"\\\"\"}|{\"k\": [1, null]}|t");
    }

    @Test
    void changeEventsWithoutSchemasAreApplied() {
        destination.database().execute("CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount int)");
        String source = "\"source\": {\"schema\": \"shop\", \"table\": \"orders\", \"db\": \"erp\", \"ts_ms\": 5}";
        json(
                "{\"id\": 1}",
                "{\"before\": null, \"after\": {\"id\": 1, \"code\": \"a\", \"amount\": 1}, \"op\": \"c\", " + source
                        + "}");
        json("{\"id\": 2}", "{\"after\": {\"id\": 2, \"code\": \"b\", \"amount\": 2}, \"op\": \"r\", " + source + "}");
        json("{\"id\": 1}", "{\"before\": {\"id\": 1}, \"after\": null, \"op\": \"d\", " + source + "}");
        json("{\"id\": 1}", null);
        json(null, "{\"status\": \"END\", \"id\": \"7\", \"event_count\": 2, \"data_collections\": []}");

        applyAll();

        assertThat(destination.orders()).containsExactly("2:b:2");
        assertThat(destination.storedOffset("erp.shop.orders")).isEqualTo(5);
    }

    @Test
    void recordsWithoutSchemasNeedATable() {
        json("{\"id\": 1}", "{\"id\": 1, \"code\": \"a\"}");

        assertThatThrownBy(this::applyAll)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("Cannot write to shop.orders: the table does not exist, and records without"
                        + " schemas do not tell the types")
                .hasMessageContaining("value.converter.schemas.enable=true");

        destination.database().execute("CREATE TABLE shop.orders (id bigint PRIMARY KEY)");

        assertThatThrownBy(this::applyAll)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("it lacks the columns [code] of its records")
                .hasMessageContaining("ALTER TABLE");
    }

    @Test
    void aSchemaThatTheConverterLeftInsideIsTheRecordsError() {
        json(null, "{\"schema\": {\"type\": \"struct\"}, \"payload\": {\"id\": 1}}");

        assertThatThrownBy(this::applyAll)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("erp.shop.orders[0]@0")
                .hasMessageContaining("value.converter.schemas.enable=true");
    }

    @Test
    void recordsThatSourcesSendAboutThemselvesArePassedOver() {
        orders.insert(1, "a", 1);
        Schema heartbeat = SchemaBuilder.struct()
                .name("io.debezium.connector.common.Heartbeat")
                .field("ts_ms", Schema.INT64_SCHEMA)
                .build();
        log.send(null, null, heartbeat, new Struct(heartbeat).put("ts_ms", 1L), new ConnectHeaders());
        Schema transaction = SchemaBuilder.struct()
                .name("io.debezium.connector.common.TransactionMetadataValue")
                .field("status", Schema.STRING_SCHEMA)
                .build();
        log.send(null, null, transaction, new Struct(transaction).put("status", "BEGIN"), new ConnectHeaders());
        Schema ddl = SchemaBuilder.struct()
                .name("io.debezium.connector.mysql.SchemaChangeValue")
                .field("ddl", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        log.send(null, null, ddl, new Struct(ddl).put("ddl", "DROP TABLE t"), new ConnectHeaders());

        applyAll();

        assertThat(destination.orders()).containsExactly("1:a:1");
        assertThat(destination.storedOffset("erp.shop.orders")).isEqualTo(4);
    }

    @Test
    void valuesThatDebeziumLeavesOutStayAsTheyAreInEveryForm() {
        destination
                .database()
                .execute("CREATE TABLE shop.orders (id bigint PRIMARY KEY, t text, b bytea, j jsonb, ta text[],"
                        + " ia int[], la bigint[], ua uuid[], n int)");
        Schema row = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("t", Schema.OPTIONAL_STRING_SCHEMA)
                .field("b", Schema.OPTIONAL_BYTES_SCHEMA)
                .field(
                        "j",
                        SchemaBuilder.string()
                                .optional()
                                .name("io.debezium.data.Json")
                                .build())
                .field(
                        "ta",
                        SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA)
                                .optional()
                                .build())
                .field(
                        "ia",
                        SchemaBuilder.array(Schema.OPTIONAL_INT32_SCHEMA)
                                .optional()
                                .build())
                .field(
                        "la",
                        SchemaBuilder.array(Schema.OPTIONAL_INT64_SCHEMA)
                                .optional()
                                .build())
                .field(
                        "ua",
                        SchemaBuilder.array(SchemaBuilder.string()
                                        .optional()
                                        .name("io.debezium.data.Uuid")
                                        .build())
                                .optional()
                                .build())
                .field("n", Schema.OPTIONAL_INT32_SCHEMA)
                .build();
        UUID uuid = new UUID(1, 2);
        send(
                row,
                new Struct(row)
                        .put("id", 1L)
                        .put("t", "large")
                        .put("b", new byte[] {1})
                        .put("j", "{\"a\": 1}")
                        .put("ta", List.of("x"))
                        .put("ia", List.of(7))
                        .put("la", List.of(8L))
                        .put("ua", List.of(uuid.toString()))
                        .put("n", 1));
        byte[] bytes = PLACEHOLDER.getBytes(UTF_8);
        List<Integer> ints = PLACEHOLDER.chars().boxed().toList();
        List<Long> longs = PLACEHOLDER.chars().mapToObj(c -> (long) c).toList();
        Struct unknown = new Struct(row)
                .put("id", 1L)
                .put("t", PLACEHOLDER)
                .put("b", bytes)
                .put("j", PLACEHOLDER)
                .put("ta", List.of(PLACEHOLDER))
                .put("ia", ints)
                .put("la", longs)
                .put("ua", List.of(UUID.nameUUIDFromBytes(bytes).toString()))
                .put("n", 2);
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.drain();
            send(row, unknown);
            task.drain();
        }

        assertThat(destination.database().value("SELECT concat_ws('|', t, b, j, ta, ia, la, ua, n) FROM shop.orders"))
                .isEqualTo("large|\\x01|{\"a\": 1}|{x}|{7}|{8}|{" + uuid + "}|2");
    }

    @Test
    void heartbeatsWithoutSchemasInATopicOfAnyNameConcernNoTable() {
        TopicLog beats = new TopicLog("beats.erp", 0);
        SchemaAndValue key = read("{\"serverName\": \"erp\"}", true);
        SchemaAndValue value = read("{\"ts_ms\": 1}", false);
        beats.send(key.schema(), key.value(), value.schema(), value.value(), new ConnectHeaders());
        orders.insert(1, "a", 1);
        try (DrivenTask task = destination.task()) {
            task.open(log, beats);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:a:1");
        assertThat(destination.database().value("SELECT to_regclass('beats.erp')"))
                .isNull();
    }

    @Test
    void anUpdateWithoutItsRowIsTheRecordsError() {
        orders.update(1, PLACEHOLDER, 2);

        assertThatThrownBy(this::applyAll)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("erp.shop.orders[0]@0")
                .hasMessageContaining("no such row is here");
    }

    @Test
    void appendedRowsHaveNoPlaceholders() {
        for (int i = 0; i < 100; i++) {
            orders.update(1, PLACEHOLDER, i);
        }
        orders.update(1, "known", 100);
        try (DrivenTask task = destination.task("apply.mode", "append")) {
            destination.database().execute("CREATE TABLE shop.orders (id bigint, code text, amount int)");
            task.open(log);
            task.drain();
        }

        assertThat(destination.database().value("SELECT count(*) || ' ' || count(code) FROM shop.orders"))
                .isEqualTo("101 1");
    }

    @ParameterizedTest
    @CsvSource({"strip, ab", "replace, a\uFFFDb"})
    void nulCharactersAreTakenOutIfAsked(String mode, String expected) {
        orders.insert(1, "a\0b", 1);
        try (DrivenTask task = destination.task("nul.mode", mode)) {
            task.open(log);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:" + expected + ":1");
    }

    @Test
    void nulCharactersAreTheRecordsErrorOtherwise() {
        orders.insert(1, "fine", 1);
        orders.insert(2, "a\0b", 1);
        try (DrivenTask task = destination.task("errors.tolerance", "all")) {
            task.open(log);
            task.drain();
            assertThat(task.context().reported()).hasSize(1);
        }

        assertThat(destination.orders()).containsExactly("1:fine:1");
        assertThat(destination
                        .database()
                        .column("SELECT record_offset || ' ' || column_name FROM tablecast.record_error"))
                .containsExactly("1 code");
    }

    private void send(Schema row, Struct value) {
        log.send(KEY, new Struct(KEY).put("id", value.get("id")), row, value, new ConnectHeaders());
    }

    /** Sends what Kafka's converter makes of JSON texts with schemas.enable=false. */
    private void json(String key, String value) {
        SchemaAndValue keyRead = read(key, true);
        SchemaAndValue valueRead = read(value, false);
        log.send(keyRead.schema(), keyRead.value(), valueRead.schema(), valueRead.value(), new ConnectHeaders());
    }

    private static SchemaAndValue read(String text, boolean isKey) {
        try (JsonConverter converter = new JsonConverter()) {
            converter.configure(Map.of("schemas.enable", "false"), isKey);
            return converter.toConnectData("erp.shop.orders", text == null ? null : text.getBytes(UTF_8));
        }
    }

    private void applyAll() {
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.drain();
        }
    }
}
