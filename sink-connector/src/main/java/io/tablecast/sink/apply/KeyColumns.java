// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.type.ColumnWriter;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.UniqueIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Which columns of a table identify a row of certain records, and how their values are read. Compiled once per schemas
 * of key and row.
 */
final class KeyColumns {

    private final List<StagedColumn> columns;
    private final List<Field> fields;
    private final Place place;
    // By column; null where values have a type.
    private final UnaryOperator<Object>[] untyped;
    private final boolean mayBeNull;

    private KeyColumns(List<StagedColumn> columns, List<Field> fields, Place place, List<Schema> schemas) {
        this.columns = List.copyOf(columns);
        this.fields = List.copyOf(fields);
        this.place = place;
        this.untyped = readers(columns, schemas);
        this.mayBeNull = schemas.stream().anyMatch(Schema::isOptional);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no arrays of parameterized types.
    private static UnaryOperator<Object>[] readers(List<StagedColumn> columns, List<Schema> schemas) {
        UnaryOperator<Object>[] readers = new UnaryOperator[columns.size()];
        for (int i = 0; i < readers.length; i++) {
            if (Untyped.isValue(schemas.get(i))) {
                readers[i] = Untyped.reader(columns.get(i).column().typed().type());
            }
        }
        return readers;
    }

    private static StagedColumn staged(Schema schema, DestinationColumn column) {
        return new StagedColumn(column, ColumnWriter.create(Untyped.written(schema), column.typed()));
    }

    /** Where the values stand in a record. */
    private enum Place {
        KEY,
        WHOLE_KEY,
        ROW
    }

    /** The key that a record brings, else the table's own as far as the row has it; empty when there is none. */
    static Optional<KeyColumns> of(DestinationTable table, RowKey key, Optional<Schema> row) {
        if (key instanceof RowKey.Fields fields) {
            return Optional.of(ofKey(table, fields.values().schema()));
        }
        Optional<List<DestinationColumn>> own = ownKey(table);
        if (own.isEmpty()) {
            return Optional.empty();
        }
        if (key instanceof RowKey.Single single && own.get().size() == 1) {
            DestinationColumn column = own.get().get(0);
            return Optional.of(new KeyColumns(
                    List.of(staged(single.schema(), column)), List.of(), Place.WHOLE_KEY, List.of(single.schema())));
        }
        return row.flatMap(schema -> ofRow(table, own.get(), schema));
    }

    private static KeyColumns ofKey(DestinationTable table, Schema key) {
        List<StagedColumn> columns = new ArrayList<>();
        for (Field field : key.fields()) {
            DestinationColumn column = table.column(field)
                    .orElseThrow(() -> new StructureMismatch(
                            table.id(),
                            "it lacks the column \"" + ColumnNames.of(field) + "\" of its records' key",
                            "Add it, or drop the table and let auto.create make it."));
            columns.add(staged(field.schema(), column));
        }
        return new KeyColumns(columns, key.fields(), Place.KEY, schemas(key.fields()));
    }

    private static Optional<List<DestinationColumn>> ownKey(DestinationTable table) {
        return table.uniqueIndexes().stream()
                .filter(index -> index.isPrimary() && index.isWhole())
                .map(UniqueIndex::columns)
                .findFirst()
                .map(names -> names.stream()
                        .map(name -> table.named(name).orElseThrow())
                        .toList());
    }

    private static Optional<KeyColumns> ofRow(DestinationTable table, List<DestinationColumn> own, Schema row) {
        List<StagedColumn> columns = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        for (DestinationColumn column : own) {
            Optional<Field> field = row.fields().stream()
                    .filter(candidate -> table.column(candidate).equals(Optional.of(column)))
                    .findFirst();
            if (field.isEmpty()) {
                return Optional.empty();
            }
            fields.add(field.get());
            columns.add(staged(field.get().schema(), column));
        }
        return Optional.of(new KeyColumns(columns, fields, Place.ROW, schemas(fields)));
    }

    private static List<Schema> schemas(List<Field> fields) {
        return fields.stream().map(Field::schema).toList();
    }

    List<StagedColumn> columns() {
        return columns;
    }

    /** The names of the columns. */
    List<String> names() {
        return columns.stream().map(column -> column.column().name()).toList();
    }

    /** The value of the key's column of that place. */
    Object value(Change.OfRow change, int column) {
        Object value = plainValue(change, column);
        return untyped[column] == null ? value : untyped[column].apply(value);
    }

    private Object plainValue(Change.OfRow change, int column) {
        return switch (place) {
            case KEY -> Values.of(((RowKey.Fields) change.key()).values(), fields.get(column));
            case WHOLE_KEY -> ((RowKey.Single) change.key()).value();
            case ROW -> Values.of(row(change), fields.get(column));
        };
    }

    /**
     * Makes sure that a change tells its row.
     *
     * @throws KeyMissingException if a value of its key is NULL
     */
    void requireValues(Change.OfRow change) {
        int missing = missing(change);
        if (missing >= 0) {
            throw new KeyMissingException(names().get(missing));
        }
    }

    /** Whether no value of the change's key is NULL. */
    boolean isWhole(Change.OfRow change) {
        return missing(change) < 0;
    }

    private int missing(Change.OfRow change) {
        for (int i = 0; mayBeNull && i < columns.size(); i++) {
            if (plainValue(change, i) == null) {
                return i;
            }
        }
        return -1;
    }

    /** What equals for two changes exactly if they concern the same row; may be null where the key is. */
    Object identity(Change.OfRow change) {
        if (columns.size() == 1) {
            return Values.comparable(value(change, 0));
        }
        Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Values.comparable(value(change, i));
        }
        return Arrays.asList(values);
    }

    private static Struct row(Change.OfRow change) {
        if (change instanceof Change.WithRow write) {
            return write.row();
        }
        return ((Change.DeleteByRow) change).row();
    }
}
