// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.TableCreator;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Points the destination's view to the loaded table. Views, grants and functions that use it notice nothing. */
final class ViewSwitch implements SnapshotSwitch {

    private final LoadPlan plan;

    ViewSwitch(LoadPlan plan) {
        this.plan = plan;
    }

    @Override
    public void check(Connection connection) throws SQLException {
        existing(connection);
    }

    @Override
    public void complete(Connection connection, SnapshotTable loaded) throws SQLException {
        LoadedIndexes.create(connection, plan, loaded);
        Optional<DestinationTable> existing = existing(connection);
        if (existing.isPresent()) {
            TableId previous = existing.get().storage();
            LoadedIndexes.carry(connection, plan, loaded, previous);
            // A view with security_invoker reads the table with its readers' rights.
            Privileges.of(connection, previous)
                    .applyTo(connection, loaded.id(), loaded.design().columnNames());
        }
    }

    @Override
    public Switched run(Connection connection, SnapshotTable loaded) throws SQLException {
        Optional<DestinationTable> existing = existing(connection);
        List<ViewColumn> columns = ViewColumn.of(connection, loaded.id());
        if (existing.isEmpty()) {
            new DependentView(plan.table(), SnapshotView.query(loaded.id(), columns), "").create(connection);
            dress(connection, loaded);
            return new Switched(loaded.id(), true, List.of());
        }
        boolean isChanged =
                new SnapshotView(plan.table(), plan.settings().columnDrop()).show(connection, loaded.id(), columns);
        dress(connection, loaded);
        return new Switched(loaded.id(), isChanged, List.of(existing.get().storage()));
    }

    private void dress(Connection connection, SnapshotTable loaded) throws SQLException {
        TableCreator.comment(connection, loaded.design(), plan.table(), "VIEW");
        Privileges.grantSelect(connection, plan.table(), plan.settings().grantSelectTo());
    }

    private Optional<DestinationTable> existing(Connection connection) throws SQLException {
        Optional<DestinationTable> existing = DestinationCatalog.read(connection, plan.table());
        if (existing.isPresent() && !existing.get().isSnapshotView()) {
            throw new StructureMismatch(
                    plan.table(),
                    "swap.mode=view puts a view of that name over the table of each snapshot, but it is "
                            + existing.get().kind().words() + " that Tablecast did not make so",
                    "Rename or drop it, or set swap.mode=rename.");
        }
        return existing;
    }
}
