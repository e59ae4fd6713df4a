// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.type.ColumnWriter;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.UniqueIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

    private KeyColumns(List<StagedColumn> columns, List<Field> fields, Place place) {
        this.columns = List.copyOf(columns);
        this.fields = List.copyOf(fields);
        this.place = place;
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
            StagedColumn staged = new StagedColumn(column, ColumnWriter.create(single.schema(), column.typed()));
            return Optional.of(new KeyColumns(List.of(staged), List.of(), Place.WHOLE_KEY));
        }
        return row.flatMap(schema -> ofRow(own.get(), schema));
    }

    private static KeyColumns ofKey(DestinationTable table, Schema key) {
        List<StagedColumn> columns = new ArrayList<>();
        for (Field field : key.fields()) {
            DestinationColumn column = table.column(field.name())
                    .orElseThrow(() -> new StructureMismatch(
                            table.id(),
                            "it lacks the column \"" + field.name() + "\" of its records' key",
                            "Add it, or drop the table and let auto.create make it."));
            columns.add(new StagedColumn(column, ColumnWriter.create(field.schema(), column.typed())));
        }
        return new KeyColumns(columns, key.fields(), Place.KEY);
    }

    private static Optional<List<DestinationColumn>> ownKey(DestinationTable table) {
        return table.uniqueIndexes().stream()
                .filter(index -> index.isPrimary() && index.isWhole())
                .map(UniqueIndex::columns)
                .findFirst()
                .map(names -> names.stream()
                        .map(name -> table.column(name).orElseThrow())
                        .toList());
    }

    private static Optional<KeyColumns> ofRow(List<DestinationColumn> own, Schema row) {
        List<StagedColumn> columns = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        for (DestinationColumn column : own) {
            Field field = row.field(column.name());
            if (field == null) {
                return Optional.empty();
            }
            fields.add(field);
            columns.add(new StagedColumn(column, ColumnWriter.create(field.schema(), column.typed())));
        }
        return Optional.of(new KeyColumns(columns, fields, Place.ROW));
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
        return switch (place) {
            case KEY -> Values.of(((RowKey.Fields) change.key()).values(), fields.get(column));
            case WHOLE_KEY -> ((RowKey.Single) change.key()).value();
            case ROW -> Values.of(row(change), fields.get(column));
        };
    }

    /** What equals for two changes exactly if they concern the same row. */
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
