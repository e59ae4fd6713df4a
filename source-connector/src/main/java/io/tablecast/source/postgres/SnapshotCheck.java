// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Guards against tables that look empty: TRUNCATE and rewriting ALTER TABLE replace a table's file, and a transaction
 * whose snapshot is older finds no rows in the new one. So a query's tables are locked first, and then compared with the
 * catalog as the snapshot sees it.
 *
 * @see <a href="https://www.postgresql.org/docs/current/mvcc-caveats.html">Caveats</a>
 */
public final class SnapshotCheck {

    /** Serialization failure: the same succeeds with a new snapshot. */
    private static final String AGAIN = "40001";

    private SnapshotCheck() {}

    /**
     * Locks all tables that a query reads, views' own included, until the transaction ends, and checks that the
     * transaction's snapshot sees their rows.
     *
     * @throws SQLException of SQLSTATE 40001 when one of them was replaced after the snapshot; a new transaction helps
     */
    public static void lockAndCheck(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Planning takes the locks, with the rights that reading needs.
            statement.execute("EXPLAIN " + query);
            // pg_class shows the snapshot's state, pg_relation_filenode the newest one. Materialized, so that no
            // function
            // is asked about what others have locked, which may be half made or half gone.
            try (ResultSet result = statement.executeQuery("""
                    WITH own AS MATERIALIZED (
                        SELECT l.relation
                        FROM pg_catalog.pg_locks l
                        WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation'
                          AND l.database = (SELECT oid FROM pg_catalog.pg_database
                                            WHERE datname = pg_catalog.current_database()))
                    SELECT coalesce(string_agg(own.relation::regclass::text, ', '), '')
                    FROM own
                    LEFT JOIN pg_catalog.pg_class c ON c.oid = own.relation
                    WHERE pg_catalog.pg_get_indexdef(own.relation) IS NULL
                      AND (c.oid IS NULL
                           OR c.relfilenode <> 0
                              AND c.relfilenode IS DISTINCT FROM pg_catalog.pg_relation_filenode(c.oid))""")) {
                result.next();
                if (!result.getString(1).isEmpty()) {
                    throw new SQLException(
                            "Truncated, rewritten or created anew while the copy began: " + result.getString(1), AGAIN);
                }
            }
        }
    }
}
