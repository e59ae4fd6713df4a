// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Compiles readers of payloads. They take on what has the form that the schema says, and give the same values as Kafka's
 * converter but for one: NaN, infinities and negative zero of floats come back as they were written.
 */
final class PayloadReaders {

    private final Formats formats;

    PayloadReaders(Formats formats) {
        this.formats = formats;
    }

    /** The reader of a schema's values; empty when there is a map in it. */
    Optional<ValueReader> compile(Schema schema) {
        if (schema.name() != null) {
            switch (schema.name()) {
                case Decimal.LOGICAL_NAME -> {
                    return Optional.of(parser -> decimal(schema, parser));
                }
                case Date.LOGICAL_NAME -> {
                    return Optional.of(
                            parser -> Date.toLogical(schema, (int) integer(parser, JsonParser.NumberType.INT)));
                }
                case Time.LOGICAL_NAME -> {
                    return Optional.of(
                            parser -> Time.toLogical(schema, (int) integer(parser, JsonParser.NumberType.INT)));
                }
                case Timestamp.LOGICAL_NAME -> {
                    return Optional.of(
                            parser -> Timestamp.toLogical(schema, integer(parser, JsonParser.NumberType.LONG)));
                }
                default -> {
                    // a name for people or for the sink
                }
            }
        }
        return switch (schema.type()) {
            case INT8 -> Optional.of(parser -> (byte) integer(parser, JsonParser.NumberType.LONG));
            case INT16 -> Optional.of(parser -> (short) integer(parser, JsonParser.NumberType.LONG));
            case INT32 -> Optional.of(parser -> (int) integer(parser, JsonParser.NumberType.LONG));
            case INT64 -> Optional.of(parser -> integer(parser, JsonParser.NumberType.LONG));
            case FLOAT32 -> Optional.of(PayloadReaders::float32);
            case FLOAT64 -> Optional.of(PayloadReaders::float64);
            case BOOLEAN -> Optional.of(PayloadReaders::bool);
            case STRING -> Optional.of(new TextReader());
            case BYTES ->
                Optional.of(parser -> expect(parser, JsonToken.VALUE_STRING).getBinaryValue());
            case ARRAY -> compile(schema.valueSchema()).map(reader -> array(schema.valueSchema(), reader));
            case STRUCT -> struct(schema);
            case MAP -> Optional.empty();
        };
    }

    private ValueReader array(Schema elementSchema, ValueReader element) {
        return parser -> {
            expect(parser, JsonToken.START_ARRAY);
            List<Object> values = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                values.add(orAbsent(elementSchema, element, parser));
            }
            return values;
        };
    }

    private Optional<ValueReader> struct(Schema schema) {
        List<Field> fields = schema.fields();
        ValueReader[] readers = new ValueReader[fields.size()];
        for (int i = 0; i < readers.length; i++) {
            Optional<ValueReader> reader = compile(fields.get(i).schema());
            if (reader.isEmpty()) {
                return Optional.empty();
            }
            readers[i] = reader.get();
        }
        return Optional.of(new StructReader(schema, readers));
    }

    private Object orAbsent(Schema schema, ValueReader reader, JsonParser parser)
            throws IOException, UnusualValueException {
        return parser.currentToken() == JsonToken.VALUE_NULL ? absent(schema) : reader.read(parser);
    }

    private Object absent(Schema schema) throws UnusualValueException {
        if (schema.defaultValue() != null && formats.replacesNulls()) {
            return schema.defaultValue();
        }
        if (schema.isOptional()) {
            return null;
        }
        throw new UnusualValueException();
    }

    private static JsonParser expect(JsonParser parser, JsonToken token) throws UnusualValueException {
        if (parser.currentToken() != token) {
            throw new UnusualValueException();
        }
        return parser;
    }

    private static long integer(JsonParser parser, JsonParser.NumberType widest)
            throws IOException, UnusualValueException {
        JsonParser.NumberType type = expect(parser, JsonToken.VALUE_NUMBER_INT).getNumberType();
        if (type.compareTo(widest) > 0) {
            throw new UnusualValueException();
        }
        return parser.getLongValue();
    }

    private static Object decimal(Schema schema, JsonParser parser) throws IOException, UnusualValueException {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_STRING -> Decimal.toLogical(schema, parser.getBinaryValue());
            default -> throw new UnusualValueException();
        };
    }

    private static Object float32(JsonParser parser) throws IOException, UnusualValueException {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT -> parser.getDecimalValue().floatValue();
            // Not by way of a double: that would round twice.
            case VALUE_NUMBER_FLOAT -> Float.parseFloat(parser.getText());
            case VALUE_STRING -> (float) notANumber(parser.getText());
            default -> throw new UnusualValueException();
        };
    }

    private static Object float64(JsonParser parser) throws IOException, UnusualValueException {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_STRING -> notANumber(parser.getText());
            default -> throw new UnusualValueException();
        };
    }

    private static double notANumber(String text) throws UnusualValueException {
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw new UnusualValueException();
        };
    }

    private static Object bool(JsonParser parser) throws UnusualValueException {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw new UnusualValueException();
        };
    }

    /** Fields usually come in the schema's order; others are looked up, and unknown ones passed over. */
    private final class StructReader implements ValueReader {

        private final Schema schema;
        private final Field[] fields;
        private final ValueReader[] readers;
        private final Map<String, Integer> indexes = new HashMap<>();

        StructReader(Schema schema, ValueReader[] readers) {
            this.schema = schema;
            this.fields = schema.fields().toArray(new Field[0]);
            this.readers = readers;
            for (Field field : fields) {
                indexes.put(field.name(), field.index());
            }
        }

        @Override
        public Object read(JsonParser parser) throws IOException, UnusualValueException {
            expect(parser, JsonToken.START_OBJECT);
            Struct struct = new Struct(schema);
            boolean[] found = new boolean[fields.length];
            int expected = 0;
            String name = parser.nextFieldName();
            while (name != null) {
                int index = indexOf(name, expected);
                parser.nextToken();
                if (index < 0) {
                    parser.skipChildren();
                } else {
                    struct.put(fields[index], orAbsent(fields[index].schema(), readers[index], parser));
                    found[index] = true;
                    expected = index + 1;
                }
                name = parser.nextFieldName();
            }
            for (int i = 0; i < found.length; i++) {
                if (!found[i]) {
                    struct.put(fields[i], absent(fields[i].schema()));
                }
            }
            return struct;
        }

        private int indexOf(String name, int expected) {
            return expected < fields.length && fields[expected].name().equals(name)
                    ? expected
                    : indexes.getOrDefault(name, -1);
        }
    }
}
