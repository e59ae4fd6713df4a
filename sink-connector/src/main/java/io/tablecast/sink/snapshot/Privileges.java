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
 * Who may do what with a relation: its owner, and what others were granted on it and on its columns.
 *
 * @param owner the role's name
 * @param grants to others than the owner
 */
public record Privileges(String owner, List<Grant> grants) {

    private static final String OWNER =
            "SELECT pg_catalog.pg_get_userbyid(relowner) FROM pg_catalog.pg_class WHERE oid = ?::regclass";

    // Grantee 0 is PUBLIC.
    private static final String GRANTS = """
            SELECT '', r.rolname, x.privilege_type, x.is_grantable
            FROM pg_catalog.pg_class c
            CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) x
            LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
            WHERE c.oid = ?::regclass AND x.grantee <> c.relowner
            UNION ALL
            SELECT a.attname, r.rolname, x.privilege_type, x.is_grantable
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) x
            LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
            WHERE c.oid = ?::regclass AND x.grantee <> c.relowner
            """;

    public Privileges {
        grants = List.copyOf(grants);
    }

    /** Those of a relation that exists. */
    public static Privileges of(Connection connection, TableId relation) throws SQLException {
        String name = Identifiers.quote(relation);
        String owner =
                Sql.query(connection, OWNER, row -> row.getString(1), name).get(0);
        List<Grant> grants = Sql.query(
                connection,
                GRANTS,
                row -> new Grant(
                        row.getString(1),
                        row.getString(2) == null ? "PUBLIC" : Identifiers.quote(row.getString(2)),
                        row.getString(3),
                        row.getBoolean(4)),
                name,
                name);
        return new Privileges(owner, grants);
    }

    /** Gives a new relation the same owner and exactly the same grants, except on columns that it lacks. */
    public void applyTo(Connection connection, TableId relation, List<String> columns) throws SQLException {
        String name = Identifiers.quote(relation);
        Privileges present = of(connection, relation);
        if (!present.owner().equals(owner)) {
            Sql.execute(connection, "ALTER TABLE " + name + " OWNER TO " + Identifiers.quote(owner));
        }
        // Default privileges may have granted something at its creation.
        for (Grant grant : present.grants()) {
            Sql.execute(connection, "REVOKE ALL ON TABLE " + name + " FROM " + grant.grantee());
        }
        for (Grant grant : grants) {
            if (grant.column().isEmpty() || columns.contains(grant.column())) {
                Sql.execute(connection, grant.statement(name));
            }
        }
    }

    /** Lets more roles read. */
    static void grantSelect(Connection connection, TableId relation, List<String> roles) throws SQLException {
        for (String role : roles) {
            Sql.execute(
                    connection,
                    "GRANT SELECT ON TABLE " + Identifiers.quote(relation) + " TO " + Identifiers.quote(role));
        }
    }

    /**
     * One privilege.
     *
     * @param column empty for the whole relation
     * @param grantee quoted, or PUBLIC
     */
    public record Grant(String column, String grantee, String privilege, boolean isGrantable) {

        String statement(String relation) {
            String columns = column.isEmpty() ? "" : " (" + Identifiers.quote(column) + ")";
            return "GRANT " + privilege + columns + " ON TABLE " + relation + " TO " + grantee
                    + (isGrantable ? " WITH GRANT OPTION" : "");
        }
    }
}
