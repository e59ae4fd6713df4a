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
 * A column as far as CREATE OR REPLACE VIEW insists on it.
 *
 * @param type the exact type as SQL of this session
 * @param collation quoted and qualified, empty for the type's own
 */
record ViewColumn(String name, String type, String collation) {

    private static final String QUERY = """
            SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
                   CASE WHEN a.attcollation NOT IN (0, t.typcollation)
                        THEN quote_ident(n.nspname) || '.' || quote_ident(l.collname) ELSE '' END
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
            LEFT JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace
            WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum
            """;

    static List<ViewColumn> of(Connection connection, TableId relation) throws SQLException {
        return Sql.query(
                connection,
                QUERY,
                row -> new ViewColumn(row.getString(1), row.getString(2), row.getString(3)),
                Identifiers.quote(relation));
    }

    /** The column itself as an expression. */
    String value() {
        return Identifiers.quote(name);
    }

    /** NULL of the same type, for a column that is gone. */
    String nothing() {
        return "NULL::" + type + (collation.isEmpty() ? "" : " COLLATE " + collation) + " AS "
                + Identifiers.quote(name);
    }
}
