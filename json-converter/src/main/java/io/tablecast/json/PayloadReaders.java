// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
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
                    return Optional.of(in -> decimal(schema, in));
                }
                case Date.LOGICAL_NAME -> {
                    return Optional.of(in -> Date.toLogical(schema, integer32(in)));
                }
                case Time.LOGICAL_NAME -> {
                    return Optional.of(in -> Time.toLogical(schema, integer32(in)));
                }
                case Timestamp.LOGICAL_NAME -> {
                    return Optional.of(in -> Timestamp.toLogical(schema, in.integer()));
                }
                default -> {
                    // a name for people or for the sink
                }
            }
        }
        return switch (schema.type()) {
            case INT8 -> Optional.of(in -> (byte) in.integer());
            case INT16 -> Optional.of(in -> (short) in.integer());
            case INT32 -> Optional.of(in -> (int) in.integer());
            case INT64 -> Optional.of(JsonInput::integer);
            case FLOAT32 -> Optional.of(PayloadReaders::float32);
            case FLOAT64 -> Optional.of(PayloadReaders::float64);
            case BOOLEAN -> Optional.of(JsonInput::bool);
            case STRING -> Optional.of(text(new KnownText()));
            case BYTES -> Optional.of(JsonInput::binary);
            case ARRAY -> compile(schema.valueSchema()).map(reader -> array(schema.valueSchema(), reader));
            case STRUCT -> struct(schema);
            case MAP -> Optional.empty();
        };
    }

    private ValueReader array(Schema elementSchema, ValueReader element) {
        return in -> {
            in.pass('[');
            List<Object> values = new ArrayList<>();
            if (in.passIfNext(']')) {
                return values;
            }
            do {
                values.add(orAbsent(elementSchema, element, in));
            } while (in.passIfNext(','));
            in.pass(']');
            return values;
        };
    }

    private static ValueReader text(KnownText known) {
        return in -> in.text(known);
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

    private Object orAbsent(Schema schema, ValueReader reader, JsonInput in) throws UnusualValueException {
        return in.passNull() ? absent(schema) : reader.read(in);
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

    private static int integer32(JsonInput in) throws UnusualValueException {
        long value = in.integer();
        if (value != (int) value) {
            throw new UnusualValueException();
        }
        return (int) value;
    }

    private static Object decimal(Schema schema, JsonInput in) throws UnusualValueException {
        return in.isNumber() ? new BigDecimal(in.number()) : Decimal.toLogical(schema, in.binary());
    }

    private static Object float32(JsonInput in) throws UnusualValueException {
        if (!in.isNumber()) {
            return (float) notANumber(in.text());
        }
        String number = in.number();
        // Not by way of a double: that would round twice.
        return isInteger(number) ? new BigDecimal(number).floatValue() : Float.parseFloat(number);
    }

    private static Object float64(JsonInput in) throws UnusualValueException {
        if (!in.isNumber()) {
            return notANumber(in.text());
        }
        String number = in.number();
        return isInteger(number) ? new BigDecimal(number).doubleValue() : Double.parseDouble(number);
    }

    /** Such a zero has no sign. */
    private static boolean isInteger(String number) {
        return number.chars().allMatch(character -> character == '-' || Character.isDigit(character));
    }

    private static double notANumber(String text) throws UnusualValueException {
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw new UnusualValueException();
        };
    }

    /** Takes on all fields in the schema's order. */
    private final class StructReader implements ValueReader {

        private final Schema schema;
        private final Field[] fields;
        private final byte[][] names;
        private final byte[] end;
        private final ValueReader[] readers;

        StructReader(Schema schema, ValueReader[] readers) {
            this.schema = schema;
            this.fields = schema.fields().toArray(new Field[0]);
            this.names = FieldNames.of(schema);
            this.end = FieldNames.end(schema);
            this.readers = readers;
        }

        @Override
        public Object read(JsonInput in) throws UnusualValueException {
            Struct struct = new Struct(schema);
            for (int i = 0; i < fields.length; i++) {
                in.pass(names[i]);
                struct.put(fields[i], orAbsent(fields[i].schema(), readers[i], in));
            }
            in.pass(end);
            return struct;
        }
    }
}
