// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.structure.ColumnDrop;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.TableCreator;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

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
            new DependentView(plan.table(), query(loaded, columns.stream().map(ViewColumn::value)), "")
                    .create(connection);
            dress(connection, loaded);
            return new Switched(loaded.id(), true, List.of());
        }
        boolean isChanged = replace(connection, loaded, columns);
        dress(connection, loaded);
        return new Switched(loaded.id(), isChanged, List.of(existing.get().storage()));
    }

    private boolean replace(Connection connection, SnapshotTable loaded, List<ViewColumn> columns) throws SQLException {
        List<ViewColumn> shown = ViewColumn.of(connection, plan.table());
        Map<String, ViewColumn> byName =
                columns.stream().collect(Collectors.toMap(ViewColumn::name, Function.identity()));
        boolean isReplaceable = shown.stream().allMatch(column -> isReplaceable(column, byName));
        if (isReplaceable) {
            String query = query(loaded, inOrderOf(shown, columns).stream());
            String options = DependentView.options(connection, plan.table());
            new DependentView(plan.table(), query, options).replace(connection);
            return columns.size() != shown.size() || !columns.containsAll(shown);
        }
        ViewRebuild rebuild = ViewRebuild.takeDown(connection, plan.table());
        List<String> expressions = new ArrayList<>();
        columns.forEach(column -> expressions.add(column.value()));
        if (plan.settings().columnDrop() == ColumnDrop.KEEP) {
            shown.stream()
                    .filter(column -> !byName.containsKey(column.name()))
                    .forEach(column -> expressions.add(column.nothing()));
        }
        rebuild.putUp(query(loaded, expressions.stream()));
        return true;
    }

    private boolean isReplaceable(ViewColumn shown, Map<String, ViewColumn> loaded) {
        ViewColumn successor = loaded.get(shown.name());
        return successor == null ? plan.settings().columnDrop() == ColumnDrop.KEEP : successor.equals(shown);
    }

    // A replaced view must begin with the columns it has; new ones follow.
    private static List<String> inOrderOf(List<ViewColumn> shown, List<ViewColumn> loaded) {
        List<String> expressions = new ArrayList<>();
        for (ViewColumn column : shown) {
            expressions.add(loaded.contains(column) ? column.value() : column.nothing());
        }
        loaded.stream().filter(column -> !shown.contains(column)).forEach(column -> expressions.add(column.value()));
        return expressions;
    }

    private static String query(SnapshotTable loaded, java.util.stream.Stream<String> expressions) {
        return "SELECT " + expressions.collect(Collectors.joining(", ")) + " FROM " + Identifiers.quote(loaded.id());
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
