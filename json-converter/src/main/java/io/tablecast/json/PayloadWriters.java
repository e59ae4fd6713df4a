// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** Compiles writers of payloads. What they write is what Kafka's converter writes, byte for byte. */
final class PayloadWriters {

    private final Formats formats;

    PayloadWriters(Formats formats) {
        this.formats = formats;
    }

    /** The writer of a schema's values; empty when there is a map in it. */
    Optional<ValueWriter> compile(Schema schema) {
        if (schema.name() != null) {
            switch (schema.name()) {
                case Decimal.LOGICAL_NAME -> {
                    return Optional.of(
                            formats.writesNumericDecimals()
                                    ? (out, value) -> out.number((BigDecimal) value)
                                    : (out, value) -> out.binary(Decimal.fromLogical(schema, (BigDecimal) value)));
                }
                case Date.LOGICAL_NAME -> {
                    return Optional.of((out, value) -> out.number(Date.fromLogical(schema, (java.util.Date) value)));
                }
                case Time.LOGICAL_NAME -> {
                    return Optional.of((out, value) -> out.number(Time.fromLogical(schema, (java.util.Date) value)));
                }
                case Timestamp.LOGICAL_NAME -> {
                    return Optional.of(
                            (out, value) -> out.number(Timestamp.fromLogical(schema, (java.util.Date) value)));
                }
                default -> {
                    // a name for people or for the sink
                }
            }
        }
        return switch (schema.type()) {
            case INT8 -> Optional.of((out, value) -> out.number((Byte) value));
            case INT16 -> Optional.of((out, value) -> out.number((Short) value));
            case INT32 -> Optional.of((out, value) -> out.number((Integer) value));
            case INT64 -> Optional.of((out, value) -> out.number((Long) value));
            case FLOAT32 -> Optional.of((out, value) -> out.number((Float) value));
            case FLOAT64 -> Optional.of((out, value) -> out.number((Double) value));
            case BOOLEAN -> Optional.of((out, value) -> out.bool((Boolean) value));
            case STRING -> Optional.of((out, value) -> out.text(((CharSequence) value).toString()));
            // Buffers are left to Kafka's converter: they do not fit the cast.
            case BYTES -> Optional.of((out, value) -> out.binary((byte[]) value));
            case ARRAY -> compile(schema.valueSchema()).map(writer -> array(schema.valueSchema(), writer));
            case STRUCT -> struct(schema);
            case MAP -> Optional.empty();
        };
    }

    private ValueWriter array(Schema elementSchema, ValueWriter element) {
        return (out, value) -> {
            out.raw('[');
            boolean isFirst = true;
            for (Object each : (Collection<?>) value) {
                if (!isFirst) {
                    out.raw(',');
                }
                isFirst = false;
                orAbsent(elementSchema, element, out, each);
            }
            out.raw(']');
        };
    }

    private Optional<ValueWriter> struct(Schema schema) {
        List<Field> fields = schema.fields();
        ValueWriter[] writers = new ValueWriter[fields.size()];
        for (int i = 0; i < writers.length; i++) {
            Optional<ValueWriter> writer = compile(fields.get(i).schema());
            if (writer.isEmpty()) {
                return Optional.empty();
            }
            writers[i] = writer.get();
        }
        return Optional.of(new StructWriter(schema, writers));
    }

    private void orAbsent(Schema schema, ValueWriter writer, JsonOutput out, Object value)
            throws UnusualValueException {
        if (value != null) {
            writer.write(out, value);
        } else if (schema.defaultValue() != null && formats.replacesNulls()) {
            writer.write(out, schema.defaultValue());
        } else if (schema.isOptional()) {
            out.nothing();
        } else {
            throw new UnusualValueException();
        }
    }

    private final class StructWriter implements ValueWriter {

        private final Schema schema;
        private final Field[] fields;
        private final byte[][] names;
        private final byte[] end;
        private final ValueWriter[] writers;

        // Whoever reads a table's structure again has an equal schema of its own. Without a lock: comparing twice is
        // right.
        private Schema lastEqual;

        StructWriter(Schema schema, ValueWriter[] writers) {
            this.schema = schema;
            this.fields = schema.fields().toArray(new Field[0]);
            this.writers = writers;
            this.names = FieldNames.of(schema);
            this.end = FieldNames.end(schema);
        }

        @Override
        public void write(JsonOutput out, Object value) throws UnusualValueException {
            Struct struct = (Struct) value;
            if (!isOwn(struct.schema())) {
                throw new UnusualValueException();
            }
            for (int i = 0; i < fields.length; i++) {
                out.raw(names[i]);
                orAbsent(fields[i].schema(), writers[i], out, stored(struct, fields[i]));
            }
            out.raw(end);
        }

        private boolean isOwn(Schema other) {
            if (other == schema || other == lastEqual) {
                return true;
            }
            if (!other.equals(schema)) {
                return false;
            }
            lastEqual = other;
            return true;
        }

        /** A struct answers with the default where it holds null; only asking by name does not. */
        private static Object stored(Struct struct, Field field) {
            return field.schema().defaultValue() == null ? struct.get(field) : struct.getWithoutDefault(field.name());
        }
    }
}
