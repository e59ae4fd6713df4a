// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.StructureMismatch;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of the destination that a snapshot stands for.
 *
 * @param condition on the table as {@code d}, true for all rows if the whole table was read
 */
record RowRange(String condition) {

    /** The rows that the snapshot of this plan has read again. */
    static RowRange of(LoadPlan plan, DestinationTable table) {
        if (plan.begin().ranges().isEmpty()) {
            return new RowRange("true");
        }
        List<String> alternatives = new ArrayList<>();
        for (SnapshotBegin.Range range : plan.begin().ranges()) {
            alternatives.add("(" + condition(range, table) + ")");
        }
        return new RowRange("(" + String.join(" OR ", alternatives) + ")");
    }

    private static String condition(SnapshotBegin.Range range, DestinationTable table) {
        DestinationColumn column = table.column(range.column())
                .orElseThrow(() -> new StructureMismatch(
                        table.id(),
                        "the source has read a range of \"" + range.column() + "\" again, which it has no column for",
                        "Add the column, or copy the whole table again."));
        String name = "d." + Identifiers.quote(column.name());
        String type = "::" + column.typed().type().name();
        List<String> bounds = new ArrayList<>();
        if (!range.from().isEmpty()) {
            bounds.add(name + " >= " + Sql.literal(range.from()) + type);
        }
        if (!range.to().isEmpty()) {
            bounds.add(name + " < " + Sql.literal(range.to()) + type);
        }
        return bounds.isEmpty() ? name + " IS NOT NULL" : String.join(" AND ", bounds);
    }
}
