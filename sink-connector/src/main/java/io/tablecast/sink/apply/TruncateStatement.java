// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.TableLock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Empties tables. TRUNCATE waits for readers no longer than the lock time-out; where foreign keys point to the table, or
 * the role may not truncate it, all rows are deleted.
 */
final class TruncateStatement {

    private final Connection connection;
    private final Duration lockTimeout;

    TruncateStatement(Connection connection, Duration lockTimeout) {
        this.connection = connection;
        this.lockTimeout = lockTimeout;
    }

    void execute(TablePlans plans) throws SQLException {
        TableSql sql = plans.sql();
        Sql.execute(connection, "SET LOCAL lock_timeout = '" + lockTimeout.toMillis() + "ms'");
        TableLock.acquire(connection, plans.table().id());
        boolean isTruncated = mayTruncate(sql.target());
        if (isTruncated) {
            Sql.execute(connection, sql.truncate());
        }
        Sql.execute(connection, "SET LOCAL lock_timeout TO DEFAULT");
        if (!isTruncated) {
            Sql.execute(connection, sql.deleteAll());
        }
    }

    private boolean mayTruncate(String target) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT pg_catalog.has_table_privilege(t.oid, 'TRUNCATE') AND t.relkind IN ('r', 'p')
                       AND NOT EXISTS (
                           SELECT FROM pg_catalog.pg_constraint
                           WHERE confrelid = t.oid AND conrelid <> t.oid AND contype = 'f')
                FROM pg_catalog.pg_class t
                WHERE t.oid = ?::pg_catalog.regclass
                """)) {
            statement.setString(1, target);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }
}
