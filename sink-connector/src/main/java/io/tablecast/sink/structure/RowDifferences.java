// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.type.DestinationType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/** In what a table differs from the rows that come for it, as far as it can follow them. */
record RowDifferences(DestinationTable table, Schema row, TypeRules types) {

    static RowDifferences of(DestinationTable table, Schema row, TypeRules types) {
        return new RowDifferences(table, row, types);
    }

    /** Fields without a column. */
    List<Field> missing() {
        return row.fields().stream()
                .filter(field -> !table.holds(ColumnNames.of(field), row))
                .toList();
    }

    /**
     * Columns that must have a value and do not get one from every row: their field is gone, or takes NULL where it did not
     * before. A NOT NULL that is stricter than the records were from the start is somebody's will.
     */
    List<DestinationColumn> unfilled(WrittenColumns written) {
        if (!isAlterable()) {
            return List.of();
        }
        Set<String> filled = new HashSet<>();
        Set<String> optional = new HashSet<>();
        for (Field field : row.fields()) {
            String column = ColumnNames.of(field);
            boolean isLoosened =
                    field.schema().isOptional() && written.required().contains(column);
            (isLoosened ? optional : filled)
                    .add(table.column(field)
                            .map(DestinationColumn::name)
                            .orElseGet(() -> table.identifierCase().column(column)));
        }
        Set<String> known = new HashSet<>();
        written.known().forEach(column -> known.add(table.identifierCase().column(column)));
        return table.columns().stream()
                .filter(column -> !column.isOptional() && !isOfKey(column))
                .filter(column -> !filled.contains(column.name()))
                .filter(column -> optional.contains(column.name()) || known.contains(column.name()))
                .toList();
    }

    /** Fields whose column holds less than they do. */
    List<Field> wider() {
        return isAlterable()
                ? row.fields().stream().filter(this::isWiderThanColumn).toList()
                : List.of();
    }

    private boolean isWiderThanColumn(Field field) {
        DestinationType wanted = types.typeFor(table.id(), field);
        return wanted.candidates().size() == 1
                && table.column(field)
                        .filter(column ->
                                TypeWidening.isWider(column.typed().type().name(), wanted.preferred()))
                        .isPresent();
    }

    private boolean isOfKey(DestinationColumn column) {
        Stream<UniqueIndex> primary = table.uniqueIndexes().stream().filter(UniqueIndex::isPrimary);
        return primary.anyMatch(index -> index.columns().contains(column.name()));
    }

    private boolean isAlterable() {
        return table.kind() == RelationKind.TABLE || table.kind() == RelationKind.PARTITIONED_TABLE;
    }
}
