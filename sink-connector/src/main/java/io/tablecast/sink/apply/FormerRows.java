// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Rows whose key has changed, and whose records leave out values that have not: they are taken from the row of the former
 * key while it is there. Rare enough to go one by one. Not thread-safe.
 */
final class FormerRows {

    private static final String COLUMN_TEXT = "io.tablecast.sink.ColumnText";

    private final Connection connection;
    private final Map<Shape, Schema> schemas = new HashMap<>();

    FormerRows(Connection connection) {
        this.connection = requireNonNull(connection, "connection is null");
    }

    private record Shape(Schema row, List<Field> missing) {}

    /** Whether values of the schema are texts that PostgreSQL has written of the same column. */
    static boolean isColumnText(Schema schema) {
        return COLUMN_TEXT.equals(schema.name());
    }

    /** The changes with what the table knows; nothing of them has been written yet. */
    List<Change.OfRow> completed(List<Change.OfRow> changes, TablePlans plans) throws SQLException {
        List<Change.OfRow> completed = new ArrayList<>(changes.size());
        for (Change.OfRow change : changes) {
            boolean hasMoved =
                    change instanceof Change.Write write && write.former().isPresent();
            completed.add(hasMoved ? completed((Change.Write) change, plans) : change);
        }
        return completed;
    }

    private Change.Write completed(Change.Write write, TablePlans plans) throws SQLException {
        Change.Delete former = write.former().orElseThrow();
        Optional<KeyColumns> key = plans.key(former);
        List<Field> missing = plans.missing(write).in(write.row());
        if (missing.isEmpty() || key.isEmpty()) {
            return write;
        }
        List<String> columns = missing.stream()
                .map(field -> plans.table().column(field).orElseThrow().name())
                .toList();
        try (PreparedStatement statement =
                connection.prepareStatement(plans.sql().textsSent(key.get(), columns))) {
            for (int i = 0; i < key.get().columns().size(); i++) {
                statement.setArray(i + 1, connection.createArrayOf("text", new Object[] {
                    RowWriter.keyText(key.get(), former, i)
                }));
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? completed(write, missing, row) : write;
            }
        }
    }

    private Change.Write completed(Change.Write write, List<Field> missing, ResultSet former) throws SQLException {
        Schema schema = schemas.computeIfAbsent(new Shape(write.row().schema(), missing), FormerRows::schema);
        Struct row = new Struct(schema);
        for (Field field : write.row().schema().fields()) {
            int place = missing.indexOf(field);
            Object value = place < 0 ? Values.of(write.row(), field) : former.getString(place + 1);
            row.put(schema.field(field.name()), value);
        }
        return write.withRow(row, Optional.empty());
    }

    // Every field keeps its name, and what tells its column.
    private static Schema schema(Shape shape) {
        SchemaBuilder schema = SchemaBuilder.struct()
                .name(shape.row().name())
                .version(shape.row().version());
        for (Field field : shape.row().fields()) {
            schema.field(field.name(), shape.missing().contains(field) ? text(field.schema()) : field.schema());
        }
        return schema.optional().build();
    }

    private static Schema text(Schema schema) {
        SchemaBuilder text = SchemaBuilder.string().name(COLUMN_TEXT).optional();
        if (schema.parameters() != null) {
            text.parameters(schema.parameters());
        }
        return text.build();
    }
}
