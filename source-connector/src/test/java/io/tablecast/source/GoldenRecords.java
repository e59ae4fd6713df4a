// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;

/**
 * Records as they stand in topics, as JSON with schemas. What differs from one run to the next (times, transactions,
 * places, identities of snapshots) is replaced by numbers in the order of their first appearance.
 */
final class GoldenRecords {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long TIME_MS = 1_767_225_600_000L;
    private static final Map<String, Long> TIMES =
            Map.of("ts_ms", TIME_MS, "ts_us", TIME_MS * 1_000, "ts_ns", TIME_MS * 1_000_000, "time", TIME_MS * 1_000);
    private static final Set<String> PLACES = Set.of("txId", "pos", "thread", "xmin", "server_id", "gtid", "file");
    private static final long FIRST_OID_OF_USERS = 16_384;
    private static final Pattern SNAPSHOT = Pattern.compile("\\[\"tc:([^\"]+)\",\"(\\d+)\"]");

    private final JsonConverter keys = converter(true);
    private final JsonConverter values = converter(false);
    private final SimpleHeaderConverter headers = new SimpleHeaderConverter();
    private final Map<String, Integer> seen = new HashMap<>();

    /** One line for each record. */
    List<String> lines(List<SourceRecord> records) {
        return records.stream().map(this::line).toList();
    }

    private String line(SourceRecord record) {
        ObjectNode line = JSON.createObjectNode().put("topic", record.topic());
        line.set("key", message(keys, record.topic(), record.keySchema(), record.key()));
        line.set("value", message(values, record.topic(), record.valueSchema(), record.value()));
        ObjectNode ofRecord = line.putObject("headers");
        for (Header header : record.headers()) {
            ofRecord.put(header.key(), header(header));
        }
        return line.toString();
    }

    private JsonNode message(JsonConverter converter, String topic, Schema schema, Object value) {
        byte[] message = converter.fromConnectData(topic, schema, value);
        JsonNode read = message == null ? JSON.nullNode() : read(message);
        steady(read.path("payload"));
        return read;
    }

    /** As workers write it where nobody says otherwise. */
    private String header(Header header) {
        String text = new String(headers.fromConnectHeader("", header.key(), header.schema(), header.value()), UTF_8);
        if (!header.key().startsWith("tablecast.snapshot.")) {
            return text;
        }
        JsonNode marker = read(Base64.getDecoder().decode(text));
        if (marker.has("id")) {
            ((ObjectNode) marker).put("id", number("snapshot", marker.path("id").asText()));
        }
        steady(marker);
        return Base64.getEncoder().encodeToString(marker.toString().getBytes(UTF_8));
    }

    private void steady(JsonNode node) {
        if (node instanceof ArrayNode array) {
            array.forEach(this::steady);
        }
        if (!(node instanceof ObjectNode object)) {
            return;
        }
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            JsonNode value = object.get(name);
            if (value.isNull()) {
                continue;
            }
            if (TIMES.containsKey(name) && value.isNumber()) {
                object.put(name, TIMES.get(name));
            } else if (name.equals("lsn")) {
                // Whoever else writes to the server moves it.
                object.put(name, 1L);
            } else if (PLACES.contains(name) && value.isNumber()) {
                object.put(name, Long.valueOf(number(name, value.asText())));
            } else if (PLACES.contains(name)) {
                object.put(name, number(name, value.asText()));
            } else if (name.equals("sequence")) {
                object.put(name, sequence(value.asText()));
            } else if (name.equals("transaction")) {
                ((ObjectNode) value)
                        .put("id", number("transaction", value.path("id").asText()));
            } else if ((name.equals("db") && object.has("schema"))
                    || (name.equals("database") && object.has("format"))) {
                object.put(name, "erp");
            } else if (name.endsWith("Oid") && value.asLong() >= FIRST_OID_OF_USERS) {
                object.put(name, FIRST_OID_OF_USERS + Long.parseLong(number("oid", value.asText())));
            } else if (name.equals("version") && value.isTextual()) {
                object.put(name, "0.1.0");
            } else {
                steady(value);
            }
        }
    }

    private String sequence(String text) {
        Matcher snapshot = SNAPSHOT.matcher(text);
        return snapshot.matches()
                ? "[\"tc:" + number("snapshot", snapshot.group(1)) + "\",\"" + snapshot.group(2) + "\"]"
                : "[null,\"" + number("sequence", text) + "\"]";
    }

    private String number(String kind, String text) {
        long ofKind = seen.keySet().stream()
                .filter(known -> known.startsWith(kind + "="))
                .count();
        return seen.computeIfAbsent(kind + "=" + text, unknown -> (int) ofKind + 1)
                .toString();
    }

    private static JsonNode read(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonConverter converter(boolean isKey) {
        JsonConverter converter = new JsonConverter();
        converter.configure(Map.of("schemas.enable", "true"), isKey);
        return converter;
    }
}
