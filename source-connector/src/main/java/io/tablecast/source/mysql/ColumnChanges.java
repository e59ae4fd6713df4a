// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.Column;
import io.tablecast.source.mysql.type.MySqlColumn;
import io.tablecast.source.mysql.type.MySqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tells what has changed between two states of a table's columns when nobody has seen the statements between them. What
 * those did to the rows must follow from the change alone; where it does not, only a new copy is right.
 */
final class ColumnChanges {

    private ColumnChanges() {}

    /**
     * The changes in the order in which they can be made.
     *
     * @param now the columns of the layout
     * @return empty when the table must be copied again
     */
    static Optional<List<SchemaChange>> between(List<MySqlColumn> before, List<MySqlColumn> now, TableLayout layout) {
        Map<String, MySqlColumn> old = byName(before);
        Map<String, MySqlColumn> present = byName(now);
        List<SchemaChange> changes = new ArrayList<>();
        for (MySqlColumn column : before) {
            if (!present.containsKey(column.name())) {
                changes.add(new SchemaChange.Drop(column.name()));
            }
        }
        boolean isDropped = !changes.isEmpty();
        for (MySqlColumn column : now) {
            Column described = layout.structure().column(column.name()).orElseThrow();
            MySqlColumn previous = old.get(column.name());
            if (previous == null) {
                // Beside a column that is gone it may be the same one under another name.
                if (isDropped || !KeptValues.hasOneValue(described)) {
                    return Optional.empty();
                }
                changes.add(new SchemaChange.Add(LayoutChanges.filled(described, layout)));
            } else if (!previous.equals(column)) {
                if (!keepsValues(previous, column)) {
                    return Optional.empty();
                }
                changes.add(new SchemaChange.Type(described));
            }
        }
        return Optional.of(List.copyOf(changes));
    }

    private static Map<String, MySqlColumn> byName(List<MySqlColumn> columns) {
        return columns.stream().collect(Collectors.toMap(MySqlColumn::name, Function.identity()));
    }

    /** Whether no statement that turns one column into the other changes a value. */
    private static boolean keepsValues(MySqlColumn before, MySqlColumn now) {
        if (before.nullable() && !now.nullable()) {
            return false;
        }
        MySqlType old = before.type();
        MySqlType type = now.type();
        if (old.equals(type)) {
            return true;
        }
        return switch (type.kind()) {
            case VARCHAR, VARBINARY ->
                old.kind() == type.kind() && old.charset().equals(type.charset()) && old.length() <= type.length();
            case SMALLINT, MEDIUMINT, INT, BIGINT ->
                isInteger(old)
                        && old.unsigned() == type.unsigned()
                        && old.kind().compareTo(type.kind()) <= 0;
            case DECIMAL ->
                old.kind() == type.kind()
                        && old.unsigned() == type.unsigned()
                        && old.scale() == type.scale()
                        && old.length() <= type.length();
            default -> false;
        };
    }

    private static boolean isInteger(MySqlType type) {
        return switch (type.kind()) {
            case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT -> true;
            default -> false;
        };
    }
}
