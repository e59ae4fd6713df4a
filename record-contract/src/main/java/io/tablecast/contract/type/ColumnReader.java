// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Reads the values of one source column from {@code COPY (SELECT ...) TO STDOUT (FORMAT binary)}. Compiled once per
 * column; immutable and thread-safe.
 *
 * <p>Field schemas carry {@code tablecast.column.type}, the exact type, wherever {@link DestinationTypes} could not tell
 * it from the rest of the schema: a converter that writes schemas with each record pays for every parameter in each of
 * them. They never carry the column's default: converters would put it in the place of SQL NULL.
 */
public final class ColumnReader {

    private final TypedColumn column;
    private final Schema fieldSchema;
    private final String cast;
    private final ValueReader reader;

    private ColumnReader(TypedColumn column, Schema fieldSchema, String cast, ValueReader reader) {
        this.column = column;
        this.fieldSchema = fieldSchema;
        this.cast = cast;
        this.reader = reader;
    }

    /** Compiles the reader of a column. Every type has one: what is not known otherwise is read as text. */
    public static ColumnReader create(TypedColumn column, TypeModes modes) {
        return compiled(column, TypeFamilies.reading(column, modes));
    }

    /**
     * The same with the parameters {@code __debezium.source.column.type}, {@code .length} and {@code .scale} in its
     * schema, as Debezium writes them with {@code column.propagate.source.type}.
     */
    public static ColumnReader createWithSourceParameters(TypedColumn column, TypeModes modes) {
        ReadPlan plan = TypeFamilies.reading(column, modes);
        SourceParameters.describe(plan.schema(), column.type());
        return compiled(column, plan);
    }

    private static ColumnReader compiled(TypedColumn column, ReadPlan plan) {
        Schema schema = described(plan.schema(), column);
        return new ColumnReader(column, schema, plan.cast(), plan.decoder().apply(schema));
    }

    /** The column that it reads. */
    public TypedColumn column() {
        return column;
    }

    /** The type in which the server sends the values: the column's, or what {@link #selectExpression} casts them to. */
    public PostgresType sentType() {
        return cast.isEmpty() ? column.type() : BuiltInTypes.named(cast).orElseThrow();
    }

    /** The schema of the record's field. */
    public Schema fieldSchema() {
        return fieldSchema;
    }

    /**
     * What to put into the select list, so that {@link #read} understands the result.
     *
     * @param quotedColumn the column's name, quoted, perhaps qualified
     */
    public String selectExpression(String quotedColumn) {
        return cast.isEmpty() ? quotedColumn : quotedColumn + "::" + cast;
    }

    /**
     * The Connect value of the {@code length} bytes at {@code offset}. Never called for SQL NULL.
     *
     * @throws UnreadableValueException if the record's schema cannot hold the value
     */
    public Object read(byte[] buffer, int offset, int length) {
        return reader.read(buffer, offset, length);
    }

    private static Schema described(SchemaBuilder schema, TypedColumn column) {
        String exact = column.type().name();
        if (!DestinationTypes.typeFor(schema).preferred().equals(exact)) {
            schema.parameter(SemanticTypes.COLUMN_TYPE, exact);
        }
        return column.nullable() ? schema.optional().build() : schema.build();
    }
}
