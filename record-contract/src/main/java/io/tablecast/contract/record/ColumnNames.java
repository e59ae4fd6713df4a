// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/**
 * Tells the columns of a row's fields. A field has its column's name, but for names that a serialisation format
 * forbids: then the field's name is adjusted, and its schema carries the column's as Debezium's parameter
 * {@code __debezium.source.column.name}.
 */
public final class ColumnNames {

    static final String SOURCE_NAME = "__debezium.source.column.name";

    private ColumnNames() {}

    /** The column that a field holds. A field that a transform has renamed holds the column of its new name. */
    public static String of(Field field) {
        Map<String, String> parameters = field.schema().parameters();
        String original = parameters == null ? null : parameters.get(SOURCE_NAME);
        if (original == null || original.equals(field.name())) {
            return field.name();
        }
        boolean isAdjusted = SchemaNames.AVRO.adjustField(original).equals(field.name())
                || SchemaNames.AVRO_UNICODE.adjustField(original).equals(field.name());
        return isAdjusted ? original : field.name();
    }

    /** The field of a row that holds a column. */
    public static Optional<Field> field(Schema row, String column) {
        Field field = row.field(column);
        if (field != null && of(field).equals(column)) {
            return Optional.of(field);
        }
        return row.fields().stream()
                .filter(candidate -> of(candidate).equals(column))
                .findFirst();
    }

    /** The field schema of a column whose field has another name. */
    static Schema named(Schema schema, String column) {
        Map<String, String> parameters = new LinkedHashMap<>(Objects.requireNonNullElse(schema.parameters(), Map.of()));
        parameters.put(SOURCE_NAME, column);
        boolean isMap = schema.type() == Schema.Type.MAP;
        return new ConnectSchema(
                schema.type(),
                schema.isOptional(),
                schema.defaultValue(),
                schema.name(),
                schema.version(),
                schema.doc(),
                parameters,
                schema.type() == Schema.Type.STRUCT ? schema.fields() : null,
                isMap ? schema.keySchema() : null,
                isMap || schema.type() == Schema.Type.ARRAY ? schema.valueSchema() : null);
    }
}
