// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.contract.type.UnavailableValue;
import io.tablecast.sink.apply.Untyped;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Gives records without schemas, as Kafka's JSON converter makes them with {@code schemas.enable=false}, schemas whose
 * values are texts: see {@link Untyped}. For use by one thread.
 */
final class SchemalessRecords {

    private static final int MAX_KNOWN_SCHEMAS = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();
    // The fields of Debezium's heartbeats, whatever their topic is called.
    private static final Set<String> HEARTBEAT_KEY = Set.of("serverName");
    private static final Set<String> HEARTBEAT = Set.of("ts_ms");
    private static final List<String> ROWS = List.of("before", "after");
    private static final String PLACEHOLDER = UnavailableValue.DEFAULT_PLACEHOLDER;

    private final Map<List<String>, Schema> rowSchemas = new HashMap<>();
    private final Map<Map<String, Schema>, Schema> structSchemas = new HashMap<>();

    /** Whether the record has to be given schemas. */
    static boolean isSchemaless(SinkRecord sinkRecord) {
        return sinkRecord.value() instanceof Map || sinkRecord.key() instanceof Map;
    }

    /** Whether it is one of the records that sources send about themselves. */
    static boolean isAboutTheSource(SinkRecord sinkRecord) {
        if (sinkRecord.topic().startsWith("__debezium-heartbeat")
                || sinkRecord.topic().startsWith("__tablecast-heartbeat")) {
            return true;
        }
        boolean isHeartbeat = sinkRecord.key() instanceof Map<?, ?> key
                && key.keySet().equals(HEARTBEAT_KEY)
                && sinkRecord.value() instanceof Map<?, ?> time
                && time.keySet().equals(HEARTBEAT);
        if (isHeartbeat) {
            return true;
        }
        return sinkRecord.value() instanceof Map<?, ?> value
                && !value.containsKey("op")
                && (value.containsKey("tableChanges")
                        || (value.containsKey("status") && value.containsKey("data_collections")));
    }

    /**
     * The record with schemas.
     *
     * @throws DataException if it is of no known form
     */
    SinkRecord typed(SinkRecord sinkRecord) {
        Struct value = sinkRecord.value() instanceof Map<?, ?> map ? value(map) : null;
        boolean isValueTyped = !(sinkRecord.value() instanceof Map);
        boolean isKeyMap = sinkRecord.key() instanceof Map;
        Struct keyRow = isKeyMap ? row((Map<?, ?>) sinkRecord.key()) : null;
        boolean isKeyUntyped = !isKeyMap && sinkRecord.keySchema() == null && sinkRecord.key() != null;
        Object key = isKeyUntyped ? text(sinkRecord.key()) : sinkRecord.key();
        return sinkRecord.newRecord(
                sinkRecord.topic(),
                sinkRecord.kafkaPartition(),
                isKeyMap ? keyRow.schema() : isKeyUntyped ? Untyped.VALUE : sinkRecord.keySchema(),
                isKeyMap ? keyRow : key,
                isValueTyped ? sinkRecord.valueSchema() : value.schema(),
                isValueTyped ? sinkRecord.value() : value,
                sinkRecord.timestamp(),
                sinkRecord.headers());
    }

    private Struct value(Map<?, ?> map) {
        if (map.size() == 2 && map.containsKey("schema") && map.containsKey("payload")) {
            throw new DataException("The record's value has its schema inside, and the converter does not read it."
                    + " Set value.converter.schemas.enable=true.");
        }
        boolean isEnvelope = map.get("op") instanceof String
                && (map.containsKey("after") || map.containsKey("before") || map.containsKey("source"));
        return isEnvelope ? envelope(map) : row(map);
    }

    private Struct envelope(Map<?, ?> map) {
        Map<String, Struct> parts = new HashMap<>();
        Map<String, Schema> fields = new TreeMap<>();
        fields.put("op", Schema.STRING_SCHEMA);
        for (String name : ROWS) {
            if (map.get(name) instanceof Map<?, ?> row) {
                parts.put(name, row(row));
            } else if (map.get(name) != null) {
                throw new DataException("The change event has no row in \"" + name + "\", but "
                        + map.get(name).getClass().getSimpleName());
            }
        }
        if (map.get("source") instanceof Map<?, ?> source) {
            parts.put("source", source(source));
        }
        parts.forEach((name, part) -> fields.put(name, part.schema()));
        Struct envelope = new Struct(structSchema(fields)).put("op", map.get("op"));
        parts.forEach(envelope::put);
        return envelope;
    }

    /** Only what tells of table, time and position: texts and numbers. */
    private Struct source(Map<?, ?> map) {
        Map<String, Schema> fields = new TreeMap<>();
        map.forEach((name, value) -> {
            if (value instanceof String) {
                fields.put(String.valueOf(name), Schema.OPTIONAL_STRING_SCHEMA);
            } else if (value instanceof Long) {
                fields.put(String.valueOf(name), Schema.OPTIONAL_INT64_SCHEMA);
            }
        });
        Struct source = new Struct(structSchema(fields));
        fields.keySet().forEach(name -> source.put(name, map.get(name)));
        return source;
    }

    private Struct row(Map<?, ?> map) {
        List<String> names = new ArrayList<>();
        map.keySet().forEach(name -> names.add(String.valueOf(name)));
        if (rowSchemas.size() > MAX_KNOWN_SCHEMAS) {
            rowSchemas.clear();
        }
        Schema schema = rowSchemas.computeIfAbsent(names, SchemalessRecords::rowSchema);
        Struct row = new Struct(schema);
        for (Field field : schema.fields()) {
            row.put(field, text(map.get(field.name())));
        }
        return row;
    }

    private static Schema rowSchema(List<String> names) {
        SchemaBuilder schema = SchemaBuilder.struct().optional().name(Untyped.ROW);
        names.forEach(name -> schema.field(name, Untyped.VALUE));
        return schema.build();
    }

    private Schema structSchema(Map<String, Schema> fields) {
        if (structSchemas.size() > MAX_KNOWN_SCHEMAS) {
            structSchemas.clear();
        }
        return structSchemas.computeIfAbsent(fields, missing -> {
            SchemaBuilder schema = SchemaBuilder.struct();
            missing.forEach(schema::field);
            return schema.build();
        });
    }

    private static String text(Object value) {
        if (value == null || value instanceof String) {
            return value != null && UnavailableValue.matches(Schema.BYTES_SCHEMA, decoded((String) value))
                    ? PLACEHOLDER
                    : (String) value;
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            return Double.isFinite(number) ? BigDecimal.valueOf(number).toPlainString() : String.valueOf(value);
        }
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return Base64.getEncoder().encodeToString(bytes);
        }
        if (value instanceof List<?> || value instanceof Map<?, ?>) {
            return isUnavailable(value) ? PLACEHOLDER : json(value);
        }
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : String.valueOf(value);
    }

    // The placeholder of a binary column is base64 here, like every value of one.
    private static byte[] decoded(String text) {
        boolean mayBe = text.length()
                == Base64.getEncoder()
                        .encodeToString(PLACEHOLDER.getBytes(UTF_8))
                        .length();
        try {
            return mayBe ? Base64.getDecoder().decode(text) : new byte[0];
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }

    private static boolean isUnavailable(Object value) {
        if (value instanceof Map) {
            return UnavailableValue.matches(
                    SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA)
                            .build(),
                    value);
        }
        List<?> list = (List<?>) value;
        if (list.isEmpty()) {
            return false;
        }
        Schema element = list.get(0) instanceof Long ? Schema.INT64_SCHEMA : Schema.STRING_SCHEMA;
        return UnavailableValue.matches(SchemaBuilder.array(element).build(), value);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new DataException("Cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }
}
