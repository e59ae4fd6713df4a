// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * Builds keys and envelopes of one table's records while its structure stays the same. Schemas are made once, so that
 * converters can recognise them by identity. Immutable; the rows given to it are used as they are.
 */
public final class EnvelopeWriter {

    private final Schema rowSchema;
    private final Schema envelopeSchema;
    private final List<Field> keyFields;
    private final List<Field> keyFieldsInRow;
    private final Optional<Schema> keySchema;
    private final Clock clock;
    private final Field before;
    private final Field after;
    private final Field source;
    private final Field transaction;
    private final Field op;
    private final Field tsMs;
    private final Field tsUs;
    private final Field tsNs;

    /**
     * Fixes the schemas.
     *
     * @param topic the table's topic; schema names derive from it
     * @param columns the row's fields in order
     * @param keyColumns names of the key's columns in key order; empty for a table without a key
     * @param sourceSchema the schema of the source block, for example {@link PostgresSourceBlock#SCHEMA}
     * @param clock the connector's clock, for {@code ts_ms} of the envelope
     */
    public EnvelopeWriter(
            String topic,
            List<RowField> columns,
            List<String> keyColumns,
            Schema sourceSchema,
            SchemaNames names,
            Clock clock) {
        this.clock = clock;
        rowSchema = rowSchema(names.adjust(topic + ".Value"), columns, names);
        keySchema = keyColumns.isEmpty()
                ? Optional.empty()
                : Optional.of(keySchema(names.adjust(topic + ".Key"), rowSchema, keyColumns));
        keyFields = keySchema.map(Schema::fields).orElse(List.of());
        keyFieldsInRow =
                keyFields.stream().map(field -> rowSchema.field(field.name())).toList();
        envelopeSchema = SchemaBuilder.struct()
                .name(names.adjust(topic + ".Envelope"))
                .version(2)
                .field("before", rowSchema)
                .field("after", rowSchema)
                .field("source", sourceSchema)
                .field("transaction", TransactionBlock.SCHEMA)
                .field("op", Schema.STRING_SCHEMA)
                .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
                .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
                .field("ts_ns", Schema.OPTIONAL_INT64_SCHEMA)
                .build();
        before = envelopeSchema.field("before");
        after = envelopeSchema.field("after");
        source = envelopeSchema.field("source");
        transaction = envelopeSchema.field("transaction");
        op = envelopeSchema.field("op");
        tsMs = envelopeSchema.field("ts_ms");
        tsUs = envelopeSchema.field("ts_us");
        tsNs = envelopeSchema.field("ts_ns");
    }

    public Schema rowSchema() {
        return rowSchema;
    }

    /** The schema of the record key, empty for a table without a key. */
    public Optional<Schema> keySchema() {
        return keySchema;
    }

    public Schema envelopeSchema() {
        return envelopeSchema;
    }

    /**
     * The key of a row.
     *
     * @throws IllegalStateException when the table has no key
     */
    public Struct key(Struct row) {
        Struct key = new Struct(keySchema.orElseThrow(() -> new IllegalStateException("The table has no key")));
        for (int i = 0; i < keyFields.size(); i++) {
            key.put(
                    keyFields.get(i),
                    row.getWithoutDefault(keyFieldsInRow.get(i).name()));
        }
        return key;
    }

    /**
     * A row of which only the key is known, for {@code before}. Columns that take NULL are NULL; the others hold
     * Debezium's fallback of their type (0, the empty text, the epoch), because their schema demands a value.
     */
    public Struct rowWithOnlyKey(Struct key) {
        Struct row = new Struct(rowSchema);
        for (Field field : rowSchema.fields()) {
            if (!field.schema().isOptional()) {
                row.put(field, FallbackValue.of(field.schema()));
            }
        }
        for (int i = 0; i < keyFields.size(); i++) {
            row.put(
                    keyFieldsInRow.get(i),
                    key.getWithoutDefault(keyFields.get(i).name()));
        }
        return row;
    }

    /** A row as a snapshot read it. */
    public Struct read(Struct row, Struct sourceBlock) {
        return envelope(Operation.READ, sourceBlock).put(after, row);
    }

    public Struct created(Struct row, Struct sourceBlock, TransactionBlock in) {
        return envelope(Operation.CREATE, sourceBlock).put(after, row).put(transaction, in.struct());
    }

    public Struct updated(Struct row, Struct sourceBlock, TransactionBlock in) {
        return envelope(Operation.UPDATE, sourceBlock).put(after, row).put(transaction, in.struct());
    }

    /** A changed row of which the old values are known too. */
    public Struct updated(Struct oldRow, Struct row, Struct sourceBlock, TransactionBlock in) {
        return updated(row, sourceBlock, in).put(before, oldRow);
    }

    /** A row that was found new or changed, by a transaction that nobody knows. */
    public Struct found(Struct row, Struct sourceBlock) {
        return envelope(Operation.UPDATE, sourceBlock).put(after, row);
    }

    /**
     * A row that is gone.
     *
     * @param oldRow never null: consumers take a record without {@code before} and {@code after} for a truncate
     */
    public Struct deleted(Struct oldRow, Struct sourceBlock, TransactionBlock in) {
        return envelope(Operation.DELETE, sourceBlock).put(before, oldRow).put(transaction, in.struct());
    }

    public Struct truncated(Struct sourceBlock, TransactionBlock in) {
        return envelope(Operation.TRUNCATE, sourceBlock).put(transaction, in.struct());
    }

    /** The truncate event that begins a snapshot; it belongs to no source transaction. */
    public Struct emptied(Struct sourceBlock) {
        return envelope(Operation.TRUNCATE, sourceBlock);
    }

    private Struct envelope(Operation operation, Struct sourceBlock) {
        Instant now = clock.instant();
        return new Struct(envelopeSchema)
                .put(op, operation.code())
                .put(source, sourceBlock)
                .put(tsMs, now.toEpochMilli())
                .put(tsUs, ChronoUnit.MICROS.between(Instant.EPOCH, now))
                .put(tsNs, ChronoUnit.NANOS.between(Instant.EPOCH, now));
    }

    private static Schema rowSchema(String name, List<RowField> columns, SchemaNames names) {
        SchemaBuilder builder = SchemaBuilder.struct().name(name).optional();
        Map<String, String> columnsByField = new HashMap<>();
        for (RowField column : columns) {
            String field = names.adjustField(column.name());
            String other = columnsByField.put(field, column.name());
            if (other != null) {
                throw new DataException("The columns \"" + other + "\" and \"" + column.name() + "\" of " + name
                        + " would both become the field \"" + field
                        + "\". Set schema.name.adjustment.mode=avro_unicode,"
                        + " or leave one out by columns.");
            }
            builder.field(
                    field,
                    field.equals(column.name()) ? column.schema() : ColumnNames.named(column.schema(), column.name()));
        }
        return builder.build();
    }

    private static Schema keySchema(String name, Schema rowSchema, List<String> keyColumns) {
        SchemaBuilder builder = SchemaBuilder.struct().name(name);
        List<String> missing = new ArrayList<>();
        for (String column : keyColumns) {
            Optional<Field> field = ColumnNames.field(rowSchema, column);
            if (field.isEmpty()) {
                missing.add(column);
                continue;
            }
            builder.field(field.get().name(), field.get().schema());
        }
        if (!missing.isEmpty()) {
            throw new DataException("Key columns " + missing + " are not among the replicated columns of " + name);
        }
        return builder.build();
    }
}
