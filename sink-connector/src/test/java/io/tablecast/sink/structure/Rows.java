// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** Row schemas as records carry them. */
final class Rows {

    private final SchemaBuilder schema = SchemaBuilder.struct().name("shop.orders.Value");

    static Rows row() {
        return new Rows();
    }

    /** A field with the source's exact type. */
    Rows required(String name, Schema.Type type, String columnType) {
        schema.field(name, typed(type, columnType).build());
        return this;
    }

    Rows optional(String name, Schema.Type type, String columnType) {
        schema.field(name, typed(type, columnType).optional().build());
        return this;
    }

    Rows field(String name, Schema fieldSchema) {
        schema.field(name, fieldSchema);
        return this;
    }

    Schema schema() {
        return schema.build();
    }

    private static SchemaBuilder typed(Schema.Type type, String columnType) {
        return SchemaBuilder.type(type).parameter("tablecast.column.type", columnType);
    }

    static Schema fieldOf(String columnType) {
        return SchemaBuilder.string()
                .optional()
                .parameter("tablecast.column.type", columnType)
                .build();
    }

    static Schema decimal(String columnType) {
        return Decimal.builder(2)
                .optional()
                .parameter("tablecast.column.type", columnType)
                .build();
    }

    static Schema enumeration(String columnType, String labels) {
        return SchemaBuilder.string()
                .name("io.debezium.data.Enum")
                .version(1)
                .optional()
                .parameter("allowed", labels)
                .parameter("tablecast.column.type", columnType)
                .build();
    }

    static Schema geometry() {
        return SchemaBuilder.struct()
                .name("io.debezium.data.geometry.Geometry")
                .optional()
                .field("wkb", Schema.BYTES_SCHEMA)
                .field("srid", Schema.OPTIONAL_INT32_SCHEMA)
                .build();
    }
}
