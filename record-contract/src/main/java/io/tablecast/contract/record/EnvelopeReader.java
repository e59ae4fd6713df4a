// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import java.util.IdentityHashMap;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * Reads change events from records: Tablecast's and Debezium's envelopes, flat rows, flat rows with {@code __deleted},
 * and tombstones. Value schemas are examined once each. For use by one thread.
 */
public final class EnvelopeReader {

    // Converters cache their schemas; one that does not must not fill the heap here.
    private static final int MAX_KNOWN_SCHEMAS = 10_000;

    private final IdentityHashMap<Schema, Shape> shapes = new IdentityHashMap<>();
    private Schema lastSchema;
    private Shape lastShape;

    /**
     * What the record asks for.
     *
     * @throws DataException when the record is neither an envelope nor a row; the message says what was expected
     */
    public ChangeEvent read(ConnectRecord<?> connectRecord) {
        Object value = connectRecord.value();
        if (value == null) {
            return new ChangeEvent.KeyDeleted();
        }
        if (!(value instanceof Struct struct)) {
            throw new DataException("The record's value is a "
                    + value.getClass().getSimpleName()
                    + ", not a row with a schema. Set value.converter.schemas.enable=true on both sides for JSON,"
                    + " or use a converter with schemas such as Avro.");
        }
        return shape(struct.schema()).read(struct, connectRecord);
    }

    private Shape shape(Schema schema) {
        if (schema == lastSchema) {
            return lastShape;
        }
        if (shapes.size() >= MAX_KNOWN_SCHEMAS) {
            shapes.clear();
        }
        lastShape = shapes.computeIfAbsent(schema, EnvelopeReader::examine);
        lastSchema = schema;
        return lastShape;
    }

    private static Shape examine(Schema schema) {
        Optional<String> foreign = nameOfNonChange(schema);
        if (foreign.isPresent()) {
            ChangeEvent notAChange = new ChangeEvent.NotAChange(foreign.get());
            return (value, recordIgnored) -> notAChange;
        }
        boolean isNamedEnvelope = schema.name() != null && schema.name().endsWith(".Envelope");
        boolean isUnnamedEnvelope = schema.name() == null && schema.field("op") != null;
        if (isNamedEnvelope || isUnnamedEnvelope) {
            return new Envelope(schema);
        }
        return new FlatRow(schema);
    }

    private static Optional<String> nameOfNonChange(Schema schema) {
        String name = schema.name();
        if (name == null) {
            return Optional.empty();
        }
        if (name.endsWith("connector.common.Heartbeat")) {
            return Optional.of("heartbeat");
        }
        if (name.endsWith("TransactionMetadataValue")) {
            return Optional.of("transaction boundary");
        }
        if (name.endsWith("SchemaChangeValue")) {
            return Optional.of("schema change");
        }
        if (name.startsWith("io.debezium") && name.endsWith("Notification")) {
            return Optional.of("notification");
        }
        return Optional.empty();
    }

    private interface Shape {
        ChangeEvent read(Struct value, ConnectRecord<?> connectRecord);
    }

    private static final class Envelope implements Shape {

        private final Field op;
        private final Field before;
        private final Field after;
        private final Field source;
        private final SourceInfo.Places places;

        Envelope(Schema schema) {
            op = schema.field("op");
            before = schema.field("before");
            after = schema.field("after");
            source = schema.field("source");
            places = source == null ? SourceInfo.Places.NONE : SourceInfo.Places.in(source.schema());
            if (op == null || op.schema().type() != Schema.Type.STRING) {
                throw new DataException("The schema " + schema.name() + " is named like a change event's,"
                        + " but has no text field \"op\"");
            }
        }

        @Override
        public ChangeEvent read(Struct value, ConnectRecord<?> connectRecord) {
            String code = (String) value.get(op);
            if ("m".equals(code)) {
                return new ChangeEvent.NotAChange("logical message");
            }
            Operation operation = Operation.ofCode(code)
                    .orElseThrow(() -> new DataException("The change event has the unknown operation \"" + code
                            + "\"; known are r, c, u, d, t and m"));
            SourceInfo info = source == null ? SourceInfo.NONE : new SourceInfo(struct(value, source), places);
            return switch (operation) {
                case READ, CREATE, UPDATE ->
                    new ChangeEvent.RowWritten(operation, row(value, code), struct(value, before) != null, info);
                case DELETE -> deleted(value, info, connectRecord);
                case TRUNCATE -> new ChangeEvent.TableTruncated(info);
            };
        }

        private Struct row(Struct value, String code) {
            Struct row = struct(value, after);
            if (row == null) {
                throw new DataException("The change event has op \"" + code + "\" but no row in \"after\"");
            }
            return row;
        }

        private ChangeEvent deleted(Struct value, SourceInfo info, ConnectRecord<?> connectRecord) {
            Struct row = struct(value, before);
            return row == null
                    ? new ChangeEvent.KeyDeleted()
                    : new ChangeEvent.RowDeleted(row, RecordHeaders.isBeforeFull(connectRecord.headers()), info);
        }

        private static Struct struct(Struct value, Field field) {
            if (field == null) {
                return null;
            }
            boolean hasDefault = field.schema().defaultValue() != null;
            return (Struct) (hasDefault ? value.getWithoutDefault(field.name()) : value.get(field));
        }
    }

    private static final class FlatRow implements Shape {

        /** What Debezium's ExtractNewRecordState adds with delete.tombstone.handling.mode=rewrite. */
        private static final String DELETED = "__deleted";

        private final boolean mayBeDeleted;
        // The row without that mark, which is no column of the table.
        private final Schema row;

        FlatRow(Schema schema) {
            mayBeDeleted = schema.field(DELETED) != null;
            row = mayBeDeleted ? without(schema) : schema;
        }

        private static Schema without(Schema schema) {
            SchemaBuilder builder = SchemaBuilder.struct().name(schema.name()).version(schema.version());
            for (Field field : schema.fields()) {
                if (!field.name().equals(DELETED)) {
                    builder.field(field.name(), field.schema());
                }
            }
            return builder.optional().build();
        }

        @Override
        public ChangeEvent read(Struct value, ConnectRecord<?> connectRecord) {
            if (!mayBeDeleted) {
                return new ChangeEvent.RowWritten(Operation.UPDATE, value, false, SourceInfo.NONE);
            }
            Struct values = new Struct(row);
            for (Field field : row.fields()) {
                values.put(field, value.getWithoutDefault(field.name()));
            }
            return "true".equals(String.valueOf(value.getWithoutDefault(DELETED)))
                    ? new ChangeEvent.RowDeleted(
                            values, RecordHeaders.isBeforeFull(connectRecord.headers()), SourceInfo.NONE)
                    : new ChangeEvent.RowWritten(Operation.UPDATE, values, false, SourceInfo.NONE);
        }
    }
}
