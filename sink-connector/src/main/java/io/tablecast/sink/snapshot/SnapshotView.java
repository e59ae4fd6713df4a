// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.structure.ColumnDrop;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The view that readers use, over the table of a snapshot.
 *
 * @param columnDrop whether it still shows columns that the table does not have, as NULL
 */
record SnapshotView(TableId id, ColumnDrop columnDrop) {

    SnapshotView {
        requireNonNull(id, "id is null");
        requireNonNull(columnDrop, "columnDrop is null");
    }

    /** A view of all columns of a table. */
    static String query(TableId table, List<ViewColumn> columns) {
        return query(table, columns.stream().map(ViewColumn::value));
    }

    /**
     * Has the view show a table's columns, by a new query where PostgreSQL lets a view have it, else by a new view.
     *
     * @return whether its columns are other ones than before
     */
    boolean show(Connection connection, TableId table, List<ViewColumn> columns) throws SQLException {
        List<ViewColumn> shown = ViewColumn.of(connection, id);
        Map<String, ViewColumn> byName = byName(columns);
        if (shown.stream().allMatch(column -> isReplaceable(column, byName))) {
            String query = query(table, inOrderOf(shown, columns).stream());
            new DependentView(id, query, DependentView.options(connection, id)).replace(connection);
            return columns.size() != shown.size() || !columns.containsAll(shown);
        }
        ViewRebuild.takeDown(connection, id).putUp(anew(table, columns, shown));
        return true;
    }

    /** The query of a new view in place of one that showed other columns. */
    String anew(TableId table, List<ViewColumn> columns, List<ViewColumn> shown) {
        Map<String, ViewColumn> byName = byName(columns);
        List<String> expressions = new ArrayList<>();
        columns.forEach(column -> expressions.add(column.value()));
        if (columnDrop == ColumnDrop.KEEP) {
            shown.stream()
                    .filter(column -> !byName.containsKey(column.name()))
                    .forEach(column -> expressions.add(column.nothing()));
        }
        return query(table, expressions.stream());
    }

    private boolean isReplaceable(ViewColumn shown, Map<String, ViewColumn> byName) {
        ViewColumn successor = byName.get(shown.name());
        return successor == null ? columnDrop == ColumnDrop.KEEP : successor.equals(shown);
    }

    private static Map<String, ViewColumn> byName(List<ViewColumn> columns) {
        return columns.stream().collect(Collectors.toMap(ViewColumn::name, Function.identity()));
    }

    // A replaced view must begin with the columns it has; new ones follow.
    private static List<String> inOrderOf(List<ViewColumn> shown, List<ViewColumn> columns) {
        List<String> expressions = new ArrayList<>();
        for (ViewColumn column : shown) {
            expressions.add(columns.contains(column) ? column.value() : column.nothing());
        }
        columns.stream().filter(column -> !shown.contains(column)).forEach(column -> expressions.add(column.value()));
        return expressions;
    }

    private static String query(TableId table, Stream<String> expressions) {
        return "SELECT " + expressions.collect(Collectors.joining(", ")) + " FROM " + Identifiers.quote(table);
    }
}
