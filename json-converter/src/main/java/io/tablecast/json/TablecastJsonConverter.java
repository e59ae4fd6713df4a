// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import io.tablecast.contract.TablecastVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.json.DecimalFormat;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.json.JsonConverterConfig;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.ConverterConfig;
import org.apache.kafka.connect.storage.ConverterType;

/**
 * Connect's JSON with embedded schemas, several times faster than {@link JsonConverter}: the schema in each message is
 * recognised by its bytes and neither built, written nor parsed again.
 *
 * <p>Takes the settings of {@link JsonConverter}, writes the same bytes, and reads what it writes. Whatever is not laid
 * out in its way (other JSON, maps, values that do not fit the schema, {@code schemas.enable=false}) goes through
 * {@link JsonConverter} itself, which also words all errors. The one difference: floats that are NaN, infinite or
 * negative zero are read as they were written, where {@link JsonConverter} makes them 0.
 *
 * <p>Thread-safe once configured.
 */
public final class TablecastJsonConverter implements Converter, Versioned {

    /** So that one very large record does not keep its memory for ever. */
    private static final int MOST_BYTES_KEPT = 1 << 20;

    private final JsonConverter kafkas = new JsonConverter();
    private final AtomicReference<JsonOutput> spareOutput = new AtomicReference<>();

    private Formats formats;
    private boolean embedsSchemas;
    private boolean readsEmbeddedSchemas;
    private KnownSchemas schemas;
    private KnownMessages messages;

    @Override
    public String version() {
        return TablecastVersion.version();
    }

    @Override
    public ConfigDef config() {
        return JsonConverterConfig.configDef();
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        kafkas.configure(configs, isKey);
        Map<String, Object> typed = new HashMap<>(configs);
        typed.put(ConverterConfig.TYPE_CONFIG, (isKey ? ConverterType.KEY : ConverterType.VALUE).getName());
        AbstractConfig config = new AbstractConfig(config(), typed, false);
        boolean writesNumbers = config.getString(JsonConverterConfig.DECIMAL_FORMAT_CONFIG)
                .equalsIgnoreCase(DecimalFormat.NUMERIC.name());
        formats = new Formats(config.getBoolean(JsonConverterConfig.REPLACE_NULL_WITH_DEFAULT_CONFIG), writesNumbers);
        embedsSchemas = config.getBoolean(JsonConverterConfig.SCHEMAS_ENABLE_CONFIG);
        // Kafka's setting schema.content, of workers that know it, stands in for the schemas in messages.
        readsEmbeddedSchemas = embedsSchemas && configs.get("schema.content") == null;
        int cacheSize = config.getInt(JsonConverterConfig.SCHEMAS_CACHE_SIZE_CONFIG);
        schemas = new KnownSchemas(cacheSize);
        messages = new KnownMessages(cacheSize);
    }

    @Override
    public void close() {
        kafkas.close();
    }

    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
        if (!embedsSchemas || schema == null || value == null) {
            return kafkas.fromConnectData(topic, schema, value);
        }
        Optional<KnownSchemas.Known> known = schemas.find(schema);
        if (known.isEmpty()) {
            byte[] message = kafkas.fromConnectData(topic, schema, value);
            EmbeddedSchema.of(message)
                    .ifPresent(embedded -> schemas.add(
                            schema, new KnownSchemas.Known(embedded, new PayloadWriters(formats).compile(schema))));
            return message;
        }
        return known.get()
                .writer()
                .flatMap(writer -> message(known.get().embedded(), writer, value))
                .orElseGet(() -> kafkas.fromConnectData(topic, schema, value));
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte[] message) {
        if (!readsEmbeddedSchemas || message == null) {
            return kafkas.toConnectData(topic, message);
        }
        Optional<KnownMessages.Known> known = messages.find(topic, message);
        if (known.isEmpty()) {
            SchemaAndValue converted = kafkas.toConnectData(topic, message);
            Schema schema = converted.schema();
            if (schema != null) {
                EmbeddedSchema.of(message)
                        .ifPresent(embedded -> messages.add(
                                topic,
                                new KnownMessages.Known(
                                        embedded, schema, new PayloadReaders(formats).compile(schema))));
            }
            return converted;
        }
        return known.get()
                .reader()
                .flatMap(reader -> value(reader, message, known.get().embedded().length()))
                .map(value -> new SchemaAndValue(known.get().schema(), value))
                .orElseGet(() -> kafkas.toConnectData(topic, message));
    }

    private Optional<byte[]> message(EmbeddedSchema embedded, ValueWriter writer, Object value) {
        JsonOutput spare = spareOutput.getAndSet(null);
        JsonOutput out = spare == null ? new JsonOutput() : spare;
        out.clear();
        try {
            writer.write(out, value);
            return Optional.of(out.between(embedded.bytes(), '}'));
        } catch (UnusualValueException | RuntimeException kafkasToWord) {
            return Optional.empty();
        } finally {
            if (out.capacity() <= MOST_BYTES_KEPT) {
                spareOutput.set(out);
            }
        }
    }

    private static Optional<Object> value(ValueReader reader, byte[] message, int start) {
        int end = message.length - 1;
        if (message[end] != '}') {
            return Optional.empty();
        }
        JsonInput in = new JsonInput(message, start, end);
        try {
            if (in.passNull()) {
                return Optional.empty();
            }
            Object value = reader.read(in);
            return in.isAtEnd() ? Optional.of(value) : Optional.empty();
        } catch (UnusualValueException | RuntimeException kafkasToWord) {
            return Optional.empty();
        }
    }
}
