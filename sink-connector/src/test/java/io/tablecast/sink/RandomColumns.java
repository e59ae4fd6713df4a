// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.RowField;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Identity;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** The columns of a {@link RandomTable}: a key {@code id}, which stays, and others that are altered at random. */
final class RandomColumns {

    private static final String[] TYPES = {"text", "integer", "bigint"};

    private final Random random;
    private final Map<String, String> columns = new LinkedHashMap<>();
    private int names;

    RandomColumns(Random random) {
        this.random = random;
        columns.put("id", "bigint");
        columns.put("code", "text");
        columns.put("amount", "integer");
    }

    List<String> names() {
        return List.copyOf(columns.keySet());
    }

    List<RowField> fields() {
        List<RowField> fields = new ArrayList<>();
        columns.forEach((name, type) -> fields.add(new RowField(name, schema(name, type))));
        return fields;
    }

    /** A row with any values. */
    Map<String, Object> row(long key, int step) {
        Map<String, Object> row = new LinkedHashMap<>();
        columns.forEach((name, type) -> row.put(name, name.equals("id") ? (Object) key : value(type, step)));
        return row;
    }

    Struct struct(Schema schema, Map<String, Object> row) {
        Struct struct = new Struct(schema);
        row.forEach((name, value) -> struct.put(name, typed(value, columns.get(name))));
        return struct;
    }

    /** Alters one column, and the rows with it; empty if nothing came of it. */
    Optional<SchemaChange> alter(Collection<Map<String, Object>> rows) {
        return switch (random.nextInt(4)) {
            case 0 -> Optional.of(add(rows));
            case 1 -> drop(rows);
            case 2 -> Optional.of(rename(rows));
            default -> Optional.of(retype(rows));
        };
    }

    private SchemaChange add(Collection<Map<String, Object>> rows) {
        String name = freshName();
        String type = TYPES[random.nextInt(TYPES.length)];
        boolean hasDefault = random.nextBoolean();
        Object value = type.equals("text") ? "seven" : 7;
        String literal = type.equals("text") ? "'seven'::text" : "7";
        columns.put(name, type);
        rows.forEach(row -> row.put(name, hasDefault ? value : null));
        return new SchemaChange.Add(new Column(name, type, true, hasDefault ? literal : "", Identity.NONE, "", "", ""));
    }

    private Optional<SchemaChange> drop(Collection<Map<String, Object>> rows) {
        String name = anyColumn();
        if (columns.size() <= 3) {
            return Optional.empty();
        }
        columns.remove(name);
        rows.forEach(row -> row.remove(name));
        return Optional.of(new SchemaChange.Drop(name));
    }

    private SchemaChange rename(Collection<Map<String, Object>> rows) {
        String from = anyColumn();
        String to = freshName();
        columns.put(to, columns.remove(from));
        rows.forEach(row -> row.put(to, row.remove(from)));
        return new SchemaChange.Rename(from, to);
    }

    private SchemaChange retype(Collection<Map<String, Object>> rows) {
        String name = anyColumn();
        String type = columns.get(name).equals("integer") ? "bigint" : "text";
        columns.put(name, type);
        if (type.equals("text")) {
            rows.forEach(row -> row.computeIfPresent(name, (same, value) -> String.valueOf(value)));
        }
        return new SchemaChange.Type(Column.of(name, type, Column.Nullability.NULLABLE));
    }

    private String anyColumn() {
        List<String> all = names();
        return all.get(1 + random.nextInt(all.size() - 1));
    }

    // A name that was used before would mean something else in records that are sent again.
    private String freshName() {
        return "c" + ++names;
    }

    private Object value(String type, int step) {
        if (random.nextInt(8) == 0) {
            return null;
        }
        return type.equals("text") ? "v" + step : (Object) random.nextInt(1000);
    }

    private static Object typed(Object value, String type) {
        return value instanceof Number number && type.equals("bigint") ? (Object) number.longValue() : value;
    }

    private static Schema schema(String name, String type) {
        SchemaBuilder schema = switch (type) {
            case "text" -> SchemaBuilder.string();
            case "integer" -> SchemaBuilder.int32();
            default -> SchemaBuilder.int64();
        };
        schema.parameter("tablecast.column.type", type);
        return name.equals("id") ? schema.build() : schema.optional().build();
    }

    TableStructure structure(TableId table) {
        List<Column> described = new ArrayList<>();
        columns.forEach((name, type) -> described.add(
                Column.of(name, type, name.equals("id") ? Column.Nullability.NOT_NULL : Column.Nullability.NULLABLE)));
        return new TableStructure(
                table,
                TableStructure.DatabaseKind.POSTGRESQL,
                described,
                List.of("id"),
                List.of(new Index(
                        table.name() + "_pkey", Index.Kind.PRIMARY, false, false, List.of("id"), List.of("id"), "")),
                List.of(),
                List.of(),
                "");
    }
}
