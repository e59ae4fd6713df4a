// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.type.ColumnWriter;
import io.tablecast.contract.type.CopyBuffer;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.IdentifierCase;
import io.tablecast.sink.structure.StructureMismatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/**
 * How rows of one schema get into a table: by name, each field into its column. Columns of the key that the row lacks
 * come from the record's key; columns of the table that records do not know are left alone.
 */
final class RowPlan {

    private final IdentifierCase identifierCase;
    private final List<StagedColumn> columns;
    private final ColumnWriter[] writers;
    private final Reading[] readings;

    private RowPlan(IdentifierCase identifierCase, List<StagedColumn> columns, List<Reading> readings) {
        this.identifierCase = identifierCase;
        this.columns = List.copyOf(columns);
        this.writers = columns.stream().map(StagedColumn::writer).toArray(ColumnWriter[]::new);
        this.readings = readings.toArray(Reading[]::new);
    }

    /** Where the value of a column comes from. */
    interface Reading {
        Object value(Change.WithRow change);
    }

    /** Compiles the plan. */
    static RowPlan of(DestinationTable table, Schema row, Optional<KeyColumns> key) {
        table.identifierCase().requireDistinct(table.id(), row);
        List<StagedColumn> columns = new ArrayList<>();
        List<Reading> readings = new ArrayList<>();
        for (Field field : row.fields()) {
            DestinationColumn column = table.column(field)
                    .orElseThrow(() -> new StructureMismatch(
                            table.id(),
                            "it lacks the column \"" + ColumnNames.of(field) + "\" of its records",
                            "Add it by ALTER TABLE, or set schema.evolution=basic."));
            if (!column.isGenerated()) {
                columns.add(new StagedColumn(column, writer(field.schema(), column)));
                readings.add(reading(field, column));
            }
        }
        key.ifPresent(present -> addMissing(present, columns, readings));
        return new RowPlan(table.identifierCase(), columns, readings);
    }

    private static ColumnWriter writer(Schema schema, DestinationColumn column) {
        return FormerRows.isColumnText(schema)
                ? ColumnWriter.ofText(column.typed())
                : ColumnWriter.create(Untyped.written(schema), column.typed());
    }

    private static Reading reading(Field field, DestinationColumn column) {
        if (Untyped.isValue(field.schema())) {
            UnaryOperator<Object> reader = Untyped.reader(column.typed().type());
            return change -> reader.apply(Values.of(change.row(), field));
        }
        return change -> Values.of(change.row(), field);
    }

    private static void addMissing(KeyColumns key, List<StagedColumn> columns, List<Reading> readings) {
        for (int i = 0; i < key.columns().size(); i++) {
            StagedColumn ofKey = key.columns().get(i);
            boolean isThere =
                    columns.stream().anyMatch(column -> column.column().equals(ofKey.column()));
            if (!isThere) {
                int place = i;
                columns.add(ofKey);
                readings.add(change -> key.value(change, place));
            }
        }
    }

    List<StagedColumn> columns() {
        return columns;
    }

    /** The same with one more column. */
    RowPlan with(StagedColumn column, Reading reading) {
        List<StagedColumn> more = new ArrayList<>(columns);
        more.add(column);
        List<Reading> moreReadings = new ArrayList<>(List.of(readings));
        moreReadings.add(reading);
        return new RowPlan(identifierCase, more, moreReadings);
    }

    /** The same without the columns of some fields. */
    RowPlan without(List<Field> fields) {
        List<String> names = fields.stream()
                .map(field -> identifierCase.column(ColumnNames.of(field)))
                .toList();
        List<StagedColumn> kept = new ArrayList<>();
        List<Reading> keptReadings = new ArrayList<>();
        for (int i = 0; i < readings.length; i++) {
            if (!names.contains(columns.get(i).column().name())) {
                kept.add(columns.get(i));
                keptReadings.add(readings[i]);
            }
        }
        return new RowPlan(identifierCase, kept, keptReadings);
    }

    /**
     * Appends a row to a binary COPY.
     *
     * @throws org.apache.kafka.connect.errors.DataException if a value does not fit; nothing of the row is left behind
     */
    void encode(Change.WithRow change, CopyBuffer out) {
        int mark = out.length();
        boolean isWhole = false;
        try {
            out.beginTuple(writers.length);
            for (int i = 0; i < writers.length; i++) {
                writers[i].write(readings[i].value(change), out);
            }
            isWhole = true;
        } finally {
            if (!isWhole) {
                out.truncate(mark);
            }
        }
    }

    /** A column's value as text, or null. */
    String text(Change.WithRow change, int column) {
        Object value = readings[column].value(change);
        return value == null ? null : writers[column].text(value);
    }
}
