// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.testing.Database;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Topics that sources of earlier versions have written, as JSON with schemas, are applied as ever. */
class StoredRecordsIT {

    private static final Path GOLDEN = Path.of("..", "record-contract", "src", "test", "resources", "golden");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonConverter keys = converter(true);
    private final JsonConverter values = converter(false);
    private final SimpleHeaderConverter headers = new SimpleHeaderConverter();
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
    void recordsOfModeQueueAreApplied() throws IOException {
        List<String> lines = Files.readAllLines(GOLDEN.resolve("records-queue-0.1.jsonl"));
        TopicLog log = new TopicLog("erp.shop.item", 0);
        try (DrivenTask task = destination.task("schema.evolution", "full")) {
            task.open(log);
            // The copy, an insert and an update.
            send(log, lines.subList(0, 5));
            task.drain();

            assertThat(database.column("SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                            + " WHERE attrelid = 'shop.item'::regclass AND attnum > 0 ORDER BY attnum"))
                    .as("the types that only the begin marker tells")
                    .containsExactly(
                            "bigint",
                            "character varying(20)",
                            "numeric(12,2)",
                            "numeric",
                            "timestamp with time zone",
                            "date",
                            "interval",
                            "jsonb",
                            "bytea",
                            "text[]",
                            "uuid");
            assertThat(database.value("SELECT obj_description('shop.item'::regclass)"))
                    .isEqualTo("what is sold");
            assertThat(database.column("SELECT item::text FROM shop.item ORDER BY id"))
                    .containsExactly(
                            "(1,changed,12.50,0.1234567890123456789,\"2026-01-01 00:00:00.123456+00\",\"0044-03-15 BC\","
                                    + "\"1 year 2 days 03:04:05.6\",\"{\"\"a\"\": [1, null]}\",\"\\\\x00ff\","
                                    + "\"{x,NULL,\"\"a,b\"\"}\",6ecf2e00-0e23-452c-bdb3-d8840fde0cec)",
                            "(2,,-0.01,,infinity,,,,,,)",
                            "(3,new,3.00,,,,,,,,)");

            // A key that changed, a delete, a new column.
            send(log, lines.subList(5, 11));
            task.drain();
            assertThat(database.column("SELECT concat_ws(':', id, price, stock) FROM shop.item ORDER BY id"))
                    .containsExactly("3:3.00:8", "20:-0.01:7");

            // A TRUNCATE and an insert.
            send(log, lines.subList(11, lines.size()));
            task.drain();
            assertThat(database.column("SELECT concat_ws(':', id, price, stock) FROM shop.item ORDER BY id"))
                    .containsExactly("9:9.00:7");
        }
    }

    @Test
    void recordsOfModeIncrementalAreAppliedAndARangeIsReplaced() throws IOException {
        List<String> lines = Files.readAllLines(GOLDEN.resolve("records-incremental-0.1.jsonl"));
        TopicLog log = new TopicLog("erp.shop.log", 0);
        try (DrivenTask task = destination.task()) {
            task.open(log);
            send(log, lines.subList(0, 5));
            task.drain();
            database.execute("UPDATE shop.log SET note = 'wrong'");
            send(log, lines.subList(5, lines.size()));
            task.drain();
        }

        assertThat(database.column("SELECT concat_ws(':', id, note) FROM shop.log ORDER BY id"))
                .containsExactly("1:wrong", "2:b", "3:c", "4:wrong");
        assertThat(database.column("SELECT kind || ' ' || rows FROM tablecast.run_log ORDER BY id"))
                .containsExactly("snapshot 3", "range 2");
    }

    @Test
    void recordsOfModeBinlogAreApplied() throws IOException {
        TopicLog log = new TopicLog("erp.golden.orders", 0);
        try (DrivenTask task = destination.task("schema.evolution", "full")) {
            task.open(log);
            send(log, Files.readAllLines(GOLDEN.resolve("records-binlog-0.1.jsonl")));
            task.drain();
        }

        assertThat(database.column("SELECT concat_ws(':', id, price, state, stock) FROM golden.orders ORDER BY id"))
                .containsExactly("3:3.00:open:7", "9:9.00:open:7", "20:-0.01:7");
        assertThat(database.column("SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                        + " WHERE attrelid = 'golden.orders'::regclass AND attnum > 0 ORDER BY attnum"))
                .containsExactly(
                        "bigint",
                        "character varying(20)",
                        "numeric(12,2)",
                        "numeric(20,0)",
                        "timestamp(6) without time zone",
                        "timestamp(3) with time zone",
                        "text",
                        "bytea",
                        "integer");
    }

    @Test
    void copiesInBinaryFormAreApplied() throws IOException {
        List<String> lines;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(GOLDEN.resolve("records-copy-0.1.jsonl.gz")))) {
            lines = new String(in.readAllBytes(), UTF_8).lines().toList();
        }
        TopicLog item = new TopicLog("erp.shop.item.copy", 0);
        TopicLog nothing = new TopicLog("erp.shop.nothing.copy", 0);
        try (DrivenTask task = destination.task("enum.mode", "type")) {
            task.open(item, nothing);
            send(nothing, lines.subList(3, 4));
            send(item, lines.subList(0, 2));
            task.turnUntil("the chunk is read", () -> task.position(item) == item.end());
            send(item, lines.subList(2, 3));
            task.drain();
        }

        assertThat(database.column("SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                        + " WHERE attrelid = 'shop.item'::regclass AND attnum > 0 ORDER BY attnum"))
                .containsExactly(
                        "bigint",
                        "character varying(20)",
                        "numeric(12,2)",
                        "numeric",
                        "timestamp with time zone",
                        "date",
                        "interval",
                        "jsonb",
                        "bytea",
                        "text[]",
                        "uuid",
                        "shop.state");
        assertThat(database.column("SELECT item::text FROM shop.item WHERE id < 3 ORDER BY id"))
                .containsExactly(
                        "(1,\"it's \"\"one\"\"\",12.50,0.1234567890123456789,\"2026-01-01 00:00:00.123456+00\","
                                + "\"0044-03-15 BC\",\"1 year 2 days 03:04:05.6\",\"{\"\"a\"\": [1, null]}\",\"\\\\x00ff\","
                                + "\"{x,NULL,\"\"a,b\"\"}\",6ecf2e00-0e23-452c-bdb3-d8840fde0cec,shut)",
                        "(2,,-0.01,,infinity,,,,,,,)");
        assertThat(database.column("SELECT concat_ws(':', id, note, price, length(tags[1])) FROM shop.item WHERE id > 2"
                        + " ORDER BY id"))
                .containsExactly("3:new:3.00:250000", "4:new:4.00:250000", "5:new:5.00:250000", "6:new:6.00:250000");
        assertThat(database.number("SELECT count(*) FROM shop.nothing")).isZero();
        assertThat(database.column("SELECT table_name || ' ' || rows FROM tablecast.run_log ORDER BY table_name"))
                .containsExactly("item 6", "nothing 0");
    }

    private void send(TopicLog log, List<String> lines) throws IOException {
        for (String line : lines) {
            JsonNode record = JSON.readTree(line);
            SchemaAndValue key = read(keys, log, record.get("key"));
            SchemaAndValue value = read(values, log, record.get("value"));
            ConnectHeaders read = new ConnectHeaders();
            record.get("headers")
                    .properties()
                    .forEach(header -> read.add(
                            header.getKey(),
                            headers.toConnectHeader(
                                    log.partition().topic(),
                                    header.getKey(),
                                    header.getValue().asText().getBytes(UTF_8))));
            log.send(key.schema(), key.value(), value.schema(), value.value(), read);
        }
    }

    private static SchemaAndValue read(JsonConverter converter, TopicLog log, JsonNode message) throws IOException {
        return converter.toConnectData(
                log.partition().topic(), message.isNull() ? null : JSON.writeValueAsBytes(message));
    }

    private static JsonConverter converter(boolean isKey) {
        JsonConverter converter = new JsonConverter();
        converter.configure(Map.of("schemas.enable", "true"), isKey);
        return converter;
    }
}
