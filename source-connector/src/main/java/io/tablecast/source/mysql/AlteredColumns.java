// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.binlog.DdlStatement;
import io.tablecast.source.mysql.binlog.DdlStatement.Renamed;
import io.tablecast.source.mysql.type.MySqlColumn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a table's columns while no row event has come behind the statements that altered it.
 *
 * @param names what columns are called now that had other names in the last row event
 */
record AlteredColumns(Map<String, String> names) {

    static final AlteredColumns WITHOUT_NAMES = new AlteredColumns(Map.of());

    AlteredColumns {
        names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
    }

    /** The same behind one more statement, of a table with these columns in the last row event. */
    AlteredColumns by(DdlStatement statement, TableId table, List<MySqlColumn> columns) {
        List<Renamed> renamed = statement.renamedColumns(table);
        Map<String, String> next = new LinkedHashMap<>();
        for (MySqlColumn column : columns) {
            String before = name(column.name());
            String name = renamed.stream()
                    .filter(pair -> pair.from().equalsIgnoreCase(before))
                    .map(Renamed::to)
                    .findFirst()
                    .orElse(before);
            if (!name.equals(column.name())) {
                next.put(column.name(), name);
            }
        }
        return new AlteredColumns(next);
    }

    /** What a column of the last row event is called now. */
    String name(String before) {
        return names.getOrDefault(before, before);
    }

    /**
     * What can be true of a table whose columns are called so now. When one has its old name and not its new one, only
     * renames are left whose old names are gone.
     */
    AlteredColumns believed(Set<String> now) {
        if (names.entrySet().stream()
                .noneMatch(rename -> now.contains(rename.getKey()) && !now.contains(rename.getValue()))) {
            return this;
        }
        Map<String, String> left = new LinkedHashMap<>(names);
        left.keySet().removeAll(now);
        return new AlteredColumns(left);
    }

    /** Whether another column has the name of this one now, which therefore is gone. */
    boolean isReplaced(String column) {
        return !names.containsKey(column) && names.containsValue(column);
    }

    /** Whether columns have exchanged their names, so that they cannot be renamed one after the other. */
    boolean isExchange() {
        return renames().size() < names.size();
    }

    /** The renames one after the other, each to a name that no column has by then; without those of an exchange. */
    List<SchemaChange.Rename> renames() {
        Map<String, String> left = new LinkedHashMap<>(names);
        List<SchemaChange.Rename> renames = new ArrayList<>();
        boolean isMoreToDo = true;
        while (isMoreToDo) {
            Optional<String> next = left.keySet().stream()
                    .filter(column -> !left.containsKey(left.get(column)))
                    .findFirst();
            next.ifPresent(column -> renames.add(new SchemaChange.Rename(column, left.remove(column))));
            isMoreToDo = next.isPresent();
        }
        return renames;
    }
}
