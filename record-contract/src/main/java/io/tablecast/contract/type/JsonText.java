// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/** Connect values as JSON. */
final class JsonText {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private JsonText() {}

    /** The JSON of the value; maps keep their order, bytes become base64, dates milliseconds since 1970. */
    static String of(Schema schema, Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            write(generator, schema, value);
        } catch (IOException e) {
            throw new DataException("Cannot write a value of schema type " + schema.type() + " as JSON", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator generator, Schema schema, Object value) throws IOException {
        if (value == null) {
            generator.writeNull();
        } else if (value instanceof Struct struct) {
            writeStruct(generator, struct);
        } else if (value instanceof Map<?, ?> map) {
            writeMap(generator, schema, map);
        } else if (value instanceof List<?> list) {
            writeList(generator, schema, list);
        } else {
            writeScalar(generator, schema, value);
        }
    }

    private static void writeStruct(JsonGenerator generator, Struct struct) throws IOException {
        if (SemanticTypes.nameOf(struct.schema()).equals(SemanticTypes.VARIABLE_SCALE_DECIMAL)) {
            generator.writeNumber(
                    ConnectNumbers.exactDecimals(struct.schema()).orElseThrow().apply(struct));
            return;
        }
        generator.writeStartObject();
        for (Field field : struct.schema().fields()) {
            generator.writeFieldName(field.name());
            write(generator, field.schema(), struct.getWithoutDefault(field.name()));
        }
        generator.writeEndObject();
    }

    private static void writeMap(JsonGenerator generator, Schema schema, Map<?, ?> map) throws IOException {
        generator.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            generator.writeFieldName(String.valueOf(entry.getKey()));
            write(generator, schema.valueSchema(), entry.getValue());
        }
        generator.writeEndObject();
    }

    private static void writeList(JsonGenerator generator, Schema schema, List<?> list) throws IOException {
        generator.writeStartArray();
        for (Object element : list) {
            write(generator, schema.valueSchema(), element);
        }
        generator.writeEndArray();
    }

    private static void writeScalar(JsonGenerator generator, Schema schema, Object value) throws IOException {
        if (value instanceof BigDecimal decimal) {
            generator.writeNumber(decimal);
        } else if (value instanceof Boolean bool) {
            generator.writeBoolean(bool);
        } else if (value instanceof Double || value instanceof Float) {
            writeFloat(generator, ((Number) value).doubleValue(), value.toString());
        } else if (value instanceof Number number) {
            generator.writeNumber(number.longValue());
        } else if (value instanceof Date) {
            generator.writeNumber(ConnectNumbers.millis(value));
        } else if (value instanceof String text) {
            writeString(generator, schema, text);
        } else {
            generator.writeBinary(ConnectNumbers.bytes(value));
        }
    }

    // JSON has no NaN and no infinities.
    private static void writeFloat(JsonGenerator generator, double value, String text) throws IOException {
        if (Double.isFinite(value)) {
            generator.writeNumber(text);
            return;
        }
        generator.writeString(text);
    }

    private static void writeString(JsonGenerator generator, Schema schema, String text) throws IOException {
        if (SemanticTypes.nameOf(schema).equals(SemanticTypes.JSON)) {
            generator.writeRawValue(text);
            return;
        }
        generator.writeString(text);
    }
}
