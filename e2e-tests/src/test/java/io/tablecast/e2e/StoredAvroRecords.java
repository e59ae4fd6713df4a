// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.SchemaRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Records in Avro that a version has sent, as files keep them: the bytes of messages, and their schemas beside them. */
final class StoredAvroRecords {

    private static final Path GOLDEN = Path.of("..", "record-contract", "src", "test", "resources", "golden");
    private static final String VERSION = "0.1";
    private static final int NUMBER_BYTES = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SchemaRegistry registry;
    private final String name;

    /** @param name of the files, to which each version adds its number */
    StoredAvroRecords(SchemaRegistry registry, String name) {
        this.registry = registry;
        this.name = name;
    }

    /** What was sent has the schemas and rows of what is stored; or is stored, where a version is asked for. */
    void assertSame(List<ConsumerRecord<byte[], byte[]>> sent) throws IOException {
        List<ObjectNode> lines = sent.stream().map(this::line).toList();
        String written = System.getProperty("golden.version", "");
        if (!written.isEmpty()) {
            Files.write(file(written), lines.stream().map(JsonNode::toString).toList());
        }

        List<JsonNode> stored = read(written.isEmpty() ? VERSION : written);
        assertThat(schemas(lines)).isEqualTo(schemas(stored));
        // The rest are times, places and the identities of snapshots.
        assertThat(contents(lines)).isEqualTo(contents(stored));
    }

    /** What version 0.1 sent. */
    List<JsonNode> read() throws IOException {
        return read(VERSION);
    }

    private ObjectNode line(ConsumerRecord<byte[], byte[]> sent) {
        ObjectNode line = JSON.createObjectNode();
        line.set("key", message(sent.key()));
        line.set("value", message(sent.value()));
        ObjectNode headers = line.putObject("headers");
        sent.headers().forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
        return line;
    }

    private JsonNode message(byte[] message) {
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
    private byte[] message(String subject, JsonNode stored) throws IOException {
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

    /** Sends them again, to a topic of this name. */
    void send(String topic, List<JsonNode> lines) throws IOException {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", KafkaBroker.shared().bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (JsonNode line : lines) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                        topic,
                        0,
                        message(topic + "-key", line.get("key")),
                        message(topic + "-value", line.get("value")));
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

    private List<String> contents(List<? extends JsonNode> lines) throws IOException {
        List<String> contents = new ArrayList<>();
        try (ConfluentReader reader = ConfluentReader.of(registry)) {
            for (JsonNode line : lines) {
                byte[] key = message(name + "-key", line.get("key"));
                byte[] value = message(name + "-value", line.get("value"));
                contents.add((key == null ? "no key" : reader.read(key)) + " "
                        + (value == null ? "no value" : content(reader.read(value))) + " " + headers(line));
            }
        }
        return contents;
    }

    private static List<String> headers(JsonNode line) {
        return line.get("headers").properties().stream()
                .map(header -> header.getKey().startsWith("tablecast.snapshot.")
                        ? header.getKey()
                        : header.getKey() + "=" + header.getValue().asText())
                .toList();
    }

    private static String content(GenericRecord envelope) {
        return envelope.get("op") + " " + envelope.get("before") + " -> " + envelope.get("after");
    }

    private List<JsonNode> read(String version) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file(version))) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private Path file(String version) {
        return GOLDEN.resolve(name + "-" + version + ".jsonl");
    }
}
