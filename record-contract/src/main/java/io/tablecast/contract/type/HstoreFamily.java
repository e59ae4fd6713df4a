// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;

/** {@code hstore} as io.debezium.data.Json: an object of strings and nulls. Connect maps can be written into it too. */
final class HstoreFamily implements TypeFamily {

    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        if (!isHstore(source.type())) {
            return Optional.empty();
        }
        return Optional.of(ReadPlan.of(
                SemanticTypes.string(SemanticTypes.JSON), (buffer, offset, length) -> json(buffer, offset)));
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        if (!isHstore(destination.type())) {
            return Optional.empty();
        }
        if (SemanticTypes.nameOf(schema).equals(SemanticTypes.JSON)) {
            return Optional.of(new Writer(value -> pairs((String) value, destination)));
        }
        if (schema.type() == Schema.Type.MAP) {
            return Optional.of(new Writer(value -> pairs((Map<?, ?>) value)));
        }
        return Optional.empty();
    }

    private static boolean isHstore(PostgresType type) {
        return type instanceof PostgresType.Base
                && !type.isBuiltIn()
                && type.baseName().equals("hstore");
    }

    // The binary form is the number of pairs, then each key and value with its length, which is -1 for NULL.
    private static Object json(byte[] buffer, int offset) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            generator.writeStartObject();
            int position = offset + 4;
            for (int pairs = Binary.readInt(buffer, offset); pairs > 0; pairs--) {
                int keyLength = Binary.readInt(buffer, position);
                generator.writeFieldName(TextFamily.read(buffer, position + 4, keyLength));
                position += 4 + keyLength;
                int valueLength = Binary.readInt(buffer, position);
                position += 4;
                if (valueLength < 0) {
                    generator.writeNull();
                    continue;
                }
                generator.writeString(TextFamily.read(buffer, position, valueLength));
                position += valueLength;
            }
            generator.writeEndObject();
        } catch (IOException e) {
            throw new DataException("Cannot write an hstore as JSON", e);
        }
        return text.toString();
    }

    private static Map<String, String> pairs(String json, TypedColumn destination) {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new ValueOutOfRangeException(destination, "JSON that is no object");
            }
            Map<String, String> pairs = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                JsonToken token = parser.nextToken();
                if (token == null || token.isStructStart()) {
                    throw new ValueOutOfRangeException(destination, "JSON with objects or arrays inside");
                }
                pairs.put(key, token == JsonToken.VALUE_NULL ? null : parser.getText());
            }
            return pairs;
        } catch (IOException e) {
            throw new ValueOutOfRangeException(destination, "a text that is not JSON");
        }
    }

    private static Map<String, String> pairs(Map<?, ?> map) {
        Map<String, String> pairs = new LinkedHashMap<>();
        map.forEach((key, value) -> pairs.put(String.valueOf(key), value == null ? null : value.toString()));
        return pairs;
    }

    private record Writer(Function<Object, Map<String, String>> pairs) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            Map<String, String> content = pairs.apply(value);
            out.writeInt(content.size());
            content.forEach((key, item) -> {
                field(key, out);
                if (item == null) {
                    out.nullField();
                    return;
                }
                field(item, out);
            });
        }

        @Override
        public String text(Object value) {
            StringBuilder text = new StringBuilder();
            pairs.apply(value).forEach((key, item) -> {
                text.append(text.isEmpty() ? "" : ",");
                ArrayText.quote(text, key);
                text.append("=>");
                if (item == null) {
                    text.append("NULL");
                    return;
                }
                ArrayText.quote(text, item);
            });
            return text.toString();
        }

        private static void field(String text, CopyBuffer out) {
            byte[] encoded = text.getBytes(UTF_8);
            out.writeInt(encoded.length);
            out.writeBytes(encoded, 0, encoded.length);
        }
    }
}
