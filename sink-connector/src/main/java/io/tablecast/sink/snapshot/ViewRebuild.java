// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.StructureMismatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Takes a tree of views down and puts it up again with all that belongs to them, because PostgreSQL neither drops nor
 * retypes a column of a view. What it could not put up again, it does not take down.
 */
final class ViewRebuild {

    // Things that hang on a view and that nobody can read back as a statement, or whose copy would be another thing.
    private static final String OBSTACLES = """
            SELECT 'a trigger on ' || tgrelid::regclass FROM pg_catalog.pg_trigger
            WHERE tgrelid = ?::regclass AND NOT tgisinternal
            UNION ALL
            SELECT 'a rule on ' || ev_class::regclass FROM pg_catalog.pg_rewrite
            WHERE ev_class = ?::regclass AND rulename <> '_RETURN'
            UNION ALL
            SELECT 'a column default of the view ' || adrelid::regclass FROM pg_catalog.pg_attrdef
            WHERE adrelid = ?::regclass
            UNION ALL
            SELECT 'the materialized view ' || oid::regclass FROM pg_catalog.pg_class
            WHERE oid = ?::regclass AND relkind = 'm'
            """;

    private final Connection connection;
    private final TableId destination;
    private final List<Standing> views = new ArrayList<>();

    private ViewRebuild(Connection connection, TableId destination) {
        this.connection = connection;
        this.destination = destination;
    }

    /**
     * Drops the destination's view and all that read it.
     *
     * @throws StructureMismatch if something depends on them that could not be created again
     */
    static ViewRebuild takeDown(Connection connection, TableId destination) throws SQLException {
        ViewRebuild rebuild = new ViewRebuild(connection, destination);
        rebuild.add(new DependentView(destination, "", DependentView.options(connection, destination)));
        for (DependentView view : DependentView.treeOf(connection, destination)) {
            rebuild.add(view);
        }
        rebuild.drop();
        return rebuild;
    }

    /** Creates them again, the destination's view with its new query. */
    void putUp(String query) throws SQLException {
        Standing first = views.get(0);
        new Standing(
                        new DependentView(destination, query, first.view().options()),
                        first.privileges(),
                        first.comments())
                .restore(connection);
        for (Standing view : views.subList(1, views.size())) {
            try {
                view.restore(connection);
            } catch (SQLException e) {
                throw refused("the view " + view.view().id() + " cannot be created again: " + e.getMessage(), e);
            }
        }
    }

    private void add(DependentView view) throws SQLException {
        String name = Identifiers.quote(view.id());
        List<String> obstacles = Sql.query(connection, OBSTACLES, row -> row.getString(1), name, name, name, name);
        if (!obstacles.isEmpty()) {
            throw new StructureMismatch(
                    destination,
                    "its columns change, and " + String.join(", ", obstacles) + " would be lost",
                    "Drop it before the next snapshot and create it again afterwards.");
        }
        views.add(new Standing(view, Privileges.of(connection, view.id()), Comments.of(connection, view.id())));
    }

    private void drop() throws SQLException {
        String names =
                views.stream().map(view -> Identifiers.quote(view.view().id())).collect(Collectors.joining(", "));
        try {
            Sql.execute(connection, "DROP VIEW " + names);
        } catch (SQLException e) {
            if ("2BP01".equals(e.getSQLState()) || "42501".equals(e.getSQLState())) {
                throw refused(e.getMessage(), e);
            }
            throw e;
        }
    }

    private StructureMismatch refused(String reason, SQLException cause) {
        return new StructureMismatch(
                destination,
                "its columns change, and " + reason,
                "Drop what depends on the changed columns, or alter it so that it works with both.",
                cause);
    }

    /** A view with what belongs to it. */
    private record Standing(DependentView view, Privileges privileges, Comments comments) {

        void restore(Connection connection) throws SQLException {
            view.create(connection);
            List<String> columns = ViewColumn.of(connection, view.id()).stream()
                    .map(ViewColumn::name)
                    .toList();
            comments.applyTo(connection, view.id(), "VIEW", columns);
            privileges.applyTo(connection, view.id(), columns);
        }
    }
}
