// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A view as it can be created again.
 *
 * @param definition its query; it names other relations by the names they had when it was read
 * @param options what stands in {@code WITH (...)}, empty for none
 */
record DependentView(TableId id, String definition, String options) {

    // Views whose query reads the relation; through the rewrite rule that makes a view one.
    private static final String DIRECT = """
            SELECT DISTINCT c.oid, n.nspname, c.relname, pg_catalog.pg_get_viewdef(c.oid),
                   coalesce(array_to_string(c.reloptions, ', '), '')
            FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid
            JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = ?::regclass
              AND c.oid <> d.refobjid AND c.relkind = 'v'
            ORDER BY c.oid
            """;

    private static final String TREE = """
            WITH RECURSIVE tree AS (
                SELECT ?::regclass::oid AS oid, 0 AS depth
                UNION
                SELECT r.ev_class, t.depth + 1
                FROM tree t
                JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = t.oid
                JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid
                WHERE r.ev_class <> t.oid
            ), depths AS (
                SELECT oid, max(depth) AS depth FROM tree WHERE depth > 0 GROUP BY oid
            )
            SELECT n.nspname, c.relname, pg_catalog.pg_get_viewdef(c.oid),
                   coalesce(array_to_string(c.reloptions, ', '), '')
            FROM depths
            JOIN pg_catalog.pg_class c USING (oid)
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            ORDER BY depths.depth, c.oid
            """;

    private static final String OPTIONS =
            "SELECT coalesce(array_to_string(reloptions, ', '), '') FROM pg_catalog.pg_class WHERE oid = ?::regclass";

    /** The views that read the relation themselves. */
    static List<DependentView> directlyOf(Connection connection, TableId relation) throws SQLException {
        return Sql.query(
                connection,
                DIRECT,
                row -> new DependentView(
                        new TableId(row.getString(2), row.getString(3)), row.getString(4), row.getString(5)),
                Identifiers.quote(relation));
    }

    /** The views (and materialized views) that read the relation or one another, in the order of their creation. */
    static List<DependentView> treeOf(Connection connection, TableId relation) throws SQLException {
        return Sql.query(
                connection,
                TREE,
                row -> new DependentView(
                        new TableId(row.getString(1), row.getString(2)), row.getString(3), row.getString(4)),
                Identifiers.quote(relation));
    }

    /** The options of a view. */
    static String options(Connection connection, TableId view) throws SQLException {
        return Sql.query(connection, OPTIONS, row -> row.getString(1), Identifiers.quote(view))
                .get(0);
    }

    /** Makes its query read whatever has the names now; it keeps its grants, owner, comments and own dependents. */
    void replace(Connection connection) throws SQLException {
        Sql.execute(connection, "CREATE OR REPLACE " + rest());
    }

    void create(Connection connection) throws SQLException {
        Sql.execute(connection, "CREATE " + rest());
    }

    private String rest() {
        return "VIEW " + Identifiers.quote(id) + (options.isEmpty() ? "" : " WITH (" + options + ")") + " AS "
                + definition;
    }
}
