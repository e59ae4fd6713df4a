// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.SchemaRegistry;
import io.tablecast.testing.WorkerOptions;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Records as an Avro converter stores them, with their schemas, outlive the version that wrote them. The schemas are what
 * version 0.1 registered, which a registry compares to those it has; and what it stored is applied as ever. {@code
 * -Dgolden.version=0.2} writes the file of a version.
 */
final class StoredAvroRecordsIT {

    private static final Path GOLDEN = Path.of("..", "record-contract", "src", "test", "resources", "golden");
    private static final String VERSION = "0.1";
    private static final String TOPIC = "golden.shop.item";
    private static final int NUMBER_BYTES = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static SchemaRegistry registry;
    private static Replication replication;

    @BeforeAll
    static void startReplication() {
        registry = SchemaRegistry.start();
        WorkerOptions options = Replication.options(ExactlyOnceSource.ENABLED)
                .withEnvironment("TABLECAST_REGISTRY_URL", registry.api().toString());
        replication = Replication.start(options, Plugins.built().withApicurioConverterAndManifest());
    }

    @AfterAll
    static void stop() {
        replication.close();
        registry.close();
    }

    @Test
    void schemasAndRowsAreWhatTheyEverWere() throws IOException {
        List<ObjectNode> lines = sent().stream().map(StoredAvroRecordsIT::line).toList();
        String written = System.getProperty("golden.version", "");
        if (!written.isEmpty()) {
            Files.write(file(written), lines.stream().map(JsonNode::toString).toList());
        }

        List<JsonNode> stored = stored(written.isEmpty() ? VERSION : written);
        assertThat(schemas(lines)).isEqualTo(schemas(stored));
        // The rest of the bytes are times and places.
        assertThat(contents(lines)).isEqualTo(contents(stored));
    }

    @Test
    void whatWasStoredIsApplied() throws IOException {
        List<JsonNode> stored = stored(VERSION);
        Map<String, String> sink = ShippedConfiguration.read("avro-apicurio/postgres-sink.json");
        sink.put("topics.regex", "stored\\..*");
        sink.put("consumer.override.metadata.max.age.ms", "500");
        sink.put("schema.evolution", "full");
        sink.put("enum.mode", "type");
        replication.deploySink(sink);

        // The copy, an insert and an update.
        store(stored.subList(0, 5));
        awaitRows(
                "SELECT item::text FROM shop.item ORDER BY id",
                "(1,changed,12.50,0.1234567890123456789,\"2026-01-01 00:00:00.123456+00\",\"0044-03-15 BC\","
                        + "\"1 year 2 days 03:04:05.6\",\"{\"\"a\"\": [1, null]}\",\"\\\\x00ff\","
                        + "\"{x,NULL,\"\"a,b\"\"}\",6ecf2e00-0e23-452c-bdb3-d8840fde0cec,shut,1)",
                "(2,,-0.01,,infinity,,,,,,,,)",
                "(3,new,3.00,,,,,,,,,open,1)");
        assertThat(
                        replication
                                .destination()
                                .column(
                                        "SELECT attname || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute"
                                                + " WHERE attrelid = 'shop.item'::regclass AND attnum IN (2, 3, 12, 13) ORDER BY attnum"))
                .containsExactly(
                        "note character varying(20)", "price numeric(12,2)", "state shop.state", "odd-näme integer");

        // A key that changed, a delete, a new column.
        store(stored.subList(5, 11));
        awaitRows(
                "SELECT concat_ws(':', id, price, to_jsonb(item) ->> 'stock') FROM shop.item ORDER BY id",
                "3:3.00:8",
                "20:-0.01:7");

        // A TRUNCATE and an insert.
        store(stored.subList(11, stored.size()));
        awaitRows(
                "SELECT concat_ws(':', id, price, to_jsonb(item) ->> 'stock') FROM shop.item ORDER BY id", "9:9.00:7");
    }

    private static void awaitRows(String query, String... rows) {
        Conditions.await(
                Replication.PATIENCE,
                () -> "the rows are not " + List.of(rows),
                () -> replication.destination().value("SELECT to_regclass('shop.item')") != null
                        && replication.destination().column(query).equals(List.of(rows)));
    }

    /** Has a source send records of every kind. */
    private static List<ConsumerRecord<byte[], byte[]>> sent() {
        replication.source().execute("CREATE SCHEMA shop", "CREATE TYPE shop.state AS ENUM ('open', 'shut')", """
                CREATE TABLE shop.item (
                    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
                    note varchar(20) DEFAULT 'new',
                    price numeric(12,2) NOT NULL,
                    exact numeric,
                    at timestamptz,
                    day date,
                    span interval,
                    doc jsonb,
                    raw bytea,
                    tags text[],
                    code uuid,
                    state shop.state DEFAULT 'open',
                    "odd-näme" integer DEFAULT 1)""", """
                INSERT INTO shop.item VALUES
                (1, 'it''s "one"', 12.50, 0.1234567890123456789, '2026-01-01 00:00:00.123456+00', '0044-03-15 BC',
                 '1 year 2 days 03:04:05.6', '{"a": [1, null]}', '\\x00ff', '{x,NULL,"a,b"}',
                 '6ecf2e00-0e23-452c-bdb3-d8840fde0cec', 'shut', 1),
                (2, NULL, -0.01, NULL, 'infinity', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)""");
        Map<String, String> source = ShippedConfiguration.read("avro-apicurio/postgres-queue-source.json");
        source.put("topic.prefix", "golden");
        source.put("queue.old.rows", "true");
        source.put("tasks.max", "1");
        replication.deploySource(source);
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", KafkaBroker.shared().bootstrapServers(), "isolation.level", "read_committed");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            // One after the other: a window with several changes of a row has fewer records.
            int expected = 0;
            for (Change change : List.of(
                    new Change("SELECT 1", 3),
                    new Change("INSERT INTO shop.item (id, price) VALUES (3, 3)", 1),
                    new Change("UPDATE shop.item SET note = 'changed' WHERE id = 1", 1),
                    new Change("UPDATE shop.item SET id = 20 WHERE id = 2", 3),
                    new Change("DELETE FROM shop.item WHERE id = 1", 2),
                    new Change("ALTER TABLE shop.item ADD COLUMN stock integer NOT NULL DEFAULT 7", 0),
                    new Change("UPDATE shop.item SET stock = 8 WHERE id = 3", 1),
                    new Change("TRUNCATE shop.item", 1),
                    new Change("INSERT INTO shop.item (id, price) VALUES (9, 9)", 1))) {
                replication.source().execute(change.statement());
                expected += change.records();
                int wanted = expected;
                Conditions.await(
                        Replication.PATIENCE, () -> records.size() + " records after " + change.statement(), () -> {
                            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                            return records.size() >= wanted;
                        });
            }
        }
        return records;
    }

    private static ObjectNode line(ConsumerRecord<byte[], byte[]> sent) {
        ObjectNode line = JSON.createObjectNode();
        line.set("key", message(sent.key()));
        line.set("value", message(sent.value()));
        ObjectNode headers = line.putObject("headers");
        sent.headers().forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
        return line;
    }

    private static JsonNode message(byte[] message) {
        if (message == null) {
            return JSON.nullNode();
        }
        ByteBuffer read = ByteBuffer.wrap(message);
        assertThat(read.get()).as("the magic byte").isZero();
        ObjectNode node = JSON.createObjectNode();
        node.set("schema", registry.schema(read.getInt()));
        byte[] bytes = new byte[read.remaining()];
        read.get(bytes);
        return node.put("bytes", bytes);
    }

    /** The message as a registry's converter reads it. */
    private static byte[] message(String subject, JsonNode stored) throws IOException {
        if (stored.isNull()) {
            return null;
        }
        byte[] bytes = stored.get("bytes").binaryValue();
        return ByteBuffer.allocate(NUMBER_BYTES + bytes.length)
                .put((byte) 0)
                .putInt(registry.register(subject, stored.get("schema")))
                .put(bytes)
                .array();
    }

    private static void store(List<JsonNode> lines) throws IOException {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", KafkaBroker.shared().bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (JsonNode line : lines) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                        "stored.shop.item",
                        0,
                        message("stored-key", line.get("key")),
                        message("stored-value", line.get("value")));
                line.get("headers")
                        .properties()
                        .forEach(header -> record.headers()
                                .add(header.getKey(), header.getValue().asText().getBytes(UTF_8)));
                var unused = producer.send(record);
            }
            producer.flush();
        }
    }

    private static List<JsonNode> schemas(List<? extends JsonNode> lines) {
        return lines.stream()
                .<JsonNode>map(line -> JSON.createArrayNode()
                        .add(line.path("key").path("schema"))
                        .add(line.path("value").path("schema")))
                .toList();
    }

    private static List<String> contents(List<? extends JsonNode> lines) throws IOException {
        List<String> contents = new ArrayList<>();
        try (ConfluentReader reader = ConfluentReader.of(registry)) {
            for (JsonNode line : lines) {
                byte[] key = message("stored-key", line.get("key"));
                byte[] value = message("stored-value", line.get("value"));
                contents.add((key == null ? "no key" : reader.read(key)) + " "
                        + (value == null ? "no value" : content(reader.read(value))));
            }
        }
        return contents;
    }

    private static String content(GenericRecord envelope) {
        return envelope.get("op") + " " + envelope.get("before") + " -> " + envelope.get("after");
    }

    private static List<JsonNode> stored(String version) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file(version))) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private static Path file(String version) {
        return GOLDEN.resolve("records-avro-" + version + ".jsonl");
    }

    /** @param records how many it makes */
    private record Change(String statement, int records) {}
}
