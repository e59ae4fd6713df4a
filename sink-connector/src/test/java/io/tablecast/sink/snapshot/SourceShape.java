// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** A source table with the primary key {@code id}, as a begin marker and row schemas describe it. */
final class SourceShape {

    private final List<Column> columns = new ArrayList<>();
    private final List<Index> indexes = new ArrayList<>();
    private final SchemaBuilder row = SchemaBuilder.struct().name("shop.orders.Value");

    private SourceShape() {}

    static SourceShape withKey() {
        SourceShape shape = new SourceShape();
        shape.column(
                Column.of("id", "bigint", Column.Nullability.NOT_NULL),
                typed(Schema.Type.INT64, "bigint").build());
        shape.indexes.add(new Index(
                "orders_pkey", Index.Kind.PRIMARY, false, false, List.of("id"), List.of("id"), "USING btree (id)"));
        return shape;
    }

    SourceShape column(String name, Schema.Type type, String columnType) {
        return column(
                Column.of(name, columnType, Column.Nullability.NULLABLE),
                typed(type, columnType).optional().build());
    }

    SourceShape column(Column column, Schema field) {
        columns.add(column);
        row.field(column.name(), field);
        return this;
    }

    SourceShape index(String name, String column) {
        indexes.add(new Index(
                name,
                Index.Kind.PLAIN,
                false,
                false,
                List.of(column),
                List.of(column),
                "USING btree (" + column + ")"));
        return this;
    }

    Schema row() {
        return row.build();
    }

    TableStructure structure() {
        return new TableStructure(
                new TableId("shop", "orders"),
                TableStructure.DatabaseKind.POSTGRESQL,
                columns,
                List.of("id"),
                indexes,
                List.of(),
                List.of(),
                "");
    }

    private static SchemaBuilder typed(Schema.Type type, String columnType) {
        return SchemaBuilder.type(type).parameter("tablecast.column.type", columnType);
    }
}
