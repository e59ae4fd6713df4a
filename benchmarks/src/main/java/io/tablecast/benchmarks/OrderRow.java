// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks;

import io.tablecast.contract.record.EnvelopeReader;
import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.PostgresSourceBlock;
import io.tablecast.contract.record.RowField;
import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.record.SnapshotFlag;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.ColumnReader;
import io.tablecast.contract.type.ColumnWriter;
import io.tablecast.contract.type.CopyBuffer;
import io.tablecast.contract.type.CopyReader;
import io.tablecast.contract.type.PostgresType;
import io.tablecast.contract.type.TypeModes;
import io.tablecast.contract.type.TypedColumn;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/** One row of an ordinary table with ten columns, in every form it takes on its way. For use by one thread. */
final class OrderRow {
    private static final int NO_MODIFIER = PostgresType.NO_MODIFIER;

    private static final List<TypedColumn> COLUMNS = List.of(
            column("id", 20, "bigint", "int8", NO_MODIFIER, false),
            column("customer_id", 23, "integer", "int4", NO_MODIFIER, false),
            column("status", 25, "text", "text", NO_MODIFIER, false),
            column("amount", 1700, "numeric(12,2)", "numeric", (12 << 16) + 2 + 4, false),
            column("note", 1043, "character varying(200)", "varchar", 200 + 4, true),
            column("gift", 16, "boolean", "bool", NO_MODIFIER, false),
            column("attributes", 3802, "jsonb", "jsonb", NO_MODIFIER, true),
            column("weight", 701, "double precision", "float8", NO_MODIFIER, true),
            column("created_at", 1114, "timestamp without time zone", "timestamp", NO_MODIFIER, false),
            column("updated_at", 1184, "timestamp with time zone", "timestamptz", NO_MODIFIER, false));

    private static final List<Object> VALUES = List.of(
            4711L,
            17,
            "shipped",
            new BigDecimal("1234.56"),
            "Parcel 4711, leave it with the neighbours if nobody is in",
            true,
            "{\"channel\": \"web\", \"priority\": 3}",
            12.375,
            1_767_225_600_000_001L,
            "2026-02-01T00:00:01.000001Z");

    private static final String TOPIC = "erp.shop.orders";
    private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");

    private final List<ColumnReader> readers = COLUMNS.stream()
            .map(column -> ColumnReader.create(column, TypeModes.DEFAULT))
            .toList();
    private final EnvelopeWriter envelopes;
    private final PostgresSourceBlock sources = new PostgresSourceBlock("erp", "shop", new TableId("shop", "orders"));
    private final Field[] fields;
    private final List<ColumnWriter> writers;
    private final CopyReader copyReader = new CopyReader();
    private final CopyBuffer copyBuffer = new CopyBuffer();
    private final EnvelopeReader envelopeReader = new EnvelopeReader();
    private final Struct row;
    private final byte[] message;
    private final Struct envelope;
    private final SinkRecord sinkRecord;

    OrderRow() {
        List<RowField> rowFields = new ArrayList<>();
        for (int i = 0; i < COLUMNS.size(); i++) {
            rowFields.add(new RowField(COLUMNS.get(i).name(), readers.get(i).fieldSchema()));
        }
        envelopes = new EnvelopeWriter(
                TOPIC, rowFields, List.of("id"), PostgresSourceBlock.SCHEMA, SchemaNames.NONE, Clock.systemUTC());
        Schema rowSchema = envelopes.rowSchema();
        fields = rowSchema.fields().toArray(new Field[0]);
        writers = COLUMNS.stream()
                .map(column ->
                        ColumnWriter.create(rowSchema.field(column.name()).schema(), column))
                .toList();
        row = build();
        CopyBuffer header = new CopyBuffer();
        header.header();
        copyReader.next(header.toByteArray());
        message = encode().toByteArray();
        envelope = envelope();
        sinkRecord = new SinkRecord(TOPIC, 0, null, null, envelope.schema(), envelope, 0);
    }

    /** The source's side: a row of a binary COPY becomes a Struct. */
    Struct decode() {
        copyReader.next(message);
        Struct decoded = new Struct(envelopes.rowSchema());
        for (int i = 0; i < fields.length; i++) {
            decoded.put(
                    fields[i], readers.get(i).read(copyReader.buffer(), copyReader.offset(i), copyReader.length(i)));
        }
        return decoded;
    }

    /** The part of {@link #decode()} that is not decoding: values that are there become a Struct. */
    Struct build() {
        Struct built = new Struct(envelopes.rowSchema());
        for (int i = 0; i < fields.length; i++) {
            built.put(fields[i], VALUES.get(i));
        }
        return built;
    }

    /** The source's side: a row becomes a record's value. */
    Struct envelope() {
        return envelopes.read(row, sources.snapshotRow(NOW, 771, new SnapshotOrdinal("s-1", 4711), SnapshotFlag.TRUE));
    }

    /** The sink's side: a record's value becomes a row again. */
    Object readEnvelope() {
        return envelopeReader.read(sinkRecord);
    }

    /** The sink's side: a row becomes a row of a binary COPY. */
    CopyBuffer encode() {
        copyBuffer.reset();
        copyBuffer.beginTuple(fields.length);
        for (int i = 0; i < fields.length; i++) {
            writers.get(i).write(row.getWithoutDefault(fields[i].name()), copyBuffer);
        }
        return copyBuffer;
    }

    Struct row() {
        return row;
    }

    byte[] message() {
        return message.clone();
    }

    Struct value() {
        return envelope;
    }

    private static TypedColumn column(
            String name, int oid, String type, String baseName, int modifier, boolean nullable) {
        return new TypedColumn(name, new PostgresType.Base(oid, type, baseName, modifier), nullable);
    }
}
