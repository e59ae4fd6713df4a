// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.table;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A foreign key from a table to another one of the same database.
 *
 * @param onDelete the action in SQL, for example {@code NO ACTION} or {@code CASCADE}
 * @param onUpdate the action in SQL
 */
public record ForeignKey(
        String name,
        List<String> columns,
        TableId referenced,
        List<String> referencedColumns,
        String onDelete,
        String onUpdate) {

    public ForeignKey {
        requireNonNull(name, "name is null");
        requireNonNull(referenced, "referenced is null");
        requireNonNull(onDelete, "onDelete is null");
        requireNonNull(onUpdate, "onUpdate is null");
        columns = List.copyOf(columns);
        referencedColumns = List.copyOf(referencedColumns);
    }
}
