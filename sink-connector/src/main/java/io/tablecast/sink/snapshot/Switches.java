// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.HistoryTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Chooses the way of switching. */
final class Switches {

    private Switches() {}

    static SnapshotSwitch choose(Connection connection, LoadPlan plan) throws SQLException {
        DestinationCatalog.read(
                        connection, plan.table(), plan.settings().shape().identifierCase())
                .ifPresent(existing -> HistoryTable.requireNone(existing, plan.row()));
        if (!plan.begin().ranges().isEmpty()) {
            return new RangeSwitch(plan);
        }
        if (plan.settings().shape().softDelete().isPresent()) {
            return new MergeSwitch(plan);
        }
        return switch (plan.settings().apply()) {
            case SWAP -> swap(connection, plan);
            case TRUNCATE -> new TruncateSwitch(plan);
            case MERGE -> new MergeSwitch(plan);
        };
    }

    private static SnapshotSwitch swap(Connection connection, LoadPlan plan) throws SQLException {
        return switch (plan.settings().swapMode()) {
            case VIEW -> new ViewSwitch(plan);
            case RENAME -> new RenameSwitch(plan);
            case AUTO -> isForView(connection, plan) ? new ViewSwitch(plan) : new RenameSwitch(plan);
        };
    }

    // Changes of single rows go into a table, so that a streamed one never becomes a view.
    private static boolean isForView(Connection connection, LoadPlan plan) throws SQLException {
        if (!plan.isPeriodic()) {
            return false;
        }
        Optional<DestinationTable> existing = DestinationCatalog.read(connection, plan.table());
        return existing.isEmpty() || existing.get().isSnapshotView();
    }
}
