// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
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
                                    ? (out, value) -> out.writeNumber((BigDecimal) value)
                                    : (out, value) -> out.writeBinary(Decimal.fromLogical(schema, (BigDecimal) value)));
                }
                case Date.LOGICAL_NAME -> {
                    return Optional.of(
                            (out, value) -> out.writeNumber(Date.fromLogical(schema, (java.util.Date) value)));
                }
                case Time.LOGICAL_NAME -> {
                    return Optional.of(
                            (out, value) -> out.writeNumber(Time.fromLogical(schema, (java.util.Date) value)));
                }
                case Timestamp.LOGICAL_NAME -> {
                    return Optional.of(
                            (out, value) -> out.writeNumber(Timestamp.fromLogical(schema, (java.util.Date) value)));
                }
                default -> {
                    // a name for people or for the sink
                }
            }
        }
        return switch (schema.type()) {
            case INT8 -> Optional.of((out, value) -> out.writeNumber((Byte) value));
            case INT16 -> Optional.of((out, value) -> out.writeNumber((Short) value));
            case INT32 -> Optional.of((out, value) -> out.writeNumber((Integer) value));
            case INT64 -> Optional.of((out, value) -> out.writeNumber((Long) value));
            case FLOAT32 -> Optional.of((out, value) -> out.writeNumber((Float) value));
            case FLOAT64 -> Optional.of((out, value) -> out.writeNumber((Double) value));
            case BOOLEAN -> Optional.of((out, value) -> out.writeBoolean((Boolean) value));
            case STRING -> Optional.of((out, value) -> out.writeString(((CharSequence) value).toString()));
            // Buffers are left to Kafka's converter: they do not fit the cast.
            case BYTES -> Optional.of((out, value) -> out.writeBinary((byte[]) value));
            case ARRAY -> compile(schema.valueSchema()).map(writer -> array(schema.valueSchema(), writer));
            case STRUCT -> struct(schema);
            case MAP -> Optional.empty();
        };
    }

    private ValueWriter array(Schema elementSchema, ValueWriter element) {
        return (out, value) -> {
            out.writeStartArray();
            for (Object each : (Collection<?>) value) {
                orAbsent(elementSchema, element, out, each);
            }
            out.writeEndArray();
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

    private void orAbsent(Schema schema, ValueWriter writer, JsonGenerator out, Object value)
            throws IOException, UnusualValueException {
        if (value != null) {
            writer.write(out, value);
        } else if (schema.defaultValue() != null && formats.replacesNulls()) {
            writer.write(out, schema.defaultValue());
        } else if (schema.isOptional()) {
            out.writeNull();
        } else {
            throw new UnusualValueException();
        }
    }

    private final class StructWriter implements ValueWriter {

        private final Schema schema;
        private final Field[] fields;
        private final SerializableString[] names;
        private final ValueWriter[] writers;

        // Whoever reads a table's structure again has an equal schema of its own. Without a lock: comparing twice is
        // right.
        private Schema lastEqual;

        StructWriter(Schema schema, ValueWriter[] writers) {
            this.schema = schema;
            this.fields = schema.fields().toArray(new Field[0]);
            this.writers = writers;
            this.names = new SerializableString[fields.length];
            for (int i = 0; i < names.length; i++) {
                names[i] = new SerializedString(fields[i].name());
            }
        }

        @Override
        public void write(JsonGenerator out, Object value) throws IOException, UnusualValueException {
            Struct struct = (Struct) value;
            if (!isOwn(struct.schema())) {
                throw new UnusualValueException();
            }
            out.writeStartObject();
            for (int i = 0; i < fields.length; i++) {
                out.writeFieldName(names[i]);
                orAbsent(fields[i].schema(), writers[i], out, stored(struct, fields[i]));
            }
            out.writeEndObject();
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
