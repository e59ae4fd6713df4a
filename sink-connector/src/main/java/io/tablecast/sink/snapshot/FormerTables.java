// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.Names;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables of earlier snapshots of a destination. */
final class FormerTables {

    private static final Logger LOG = LoggerFactory.getLogger(FormerTables.class);

    private static final String TABLES = """
            SELECT c.relname
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relkind = 'r'
            ORDER BY c.relname
            """;

    private FormerTables() {}

    /**
     * Drops those that are not to be kept. One that a reader still uses, or that somebody built a view on, stays until the
     * next time; that is no failure of the snapshot, which is committed already.
     *
     * @param connection in autocommit mode
     */
    static void drop(Connection connection, TableId destination, Set<TableId> kept, Duration lockTimeout)
            throws SQLException {
        List<String> tables = Sql.query(connection, TABLES, row -> row.getString(1), destination.schema());
        Sql.execute(connection, "SET lock_timeout = " + lockTimeout.toMillis());
        for (String name : tables) {
            TableId table = new TableId(destination.schema(), name);
            if (Names.isSnapshotTable(destination.name(), name) && !kept.contains(table)) {
                drop(connection, table);
            }
        }
    }

    private static void drop(Connection connection, TableId table) throws SQLException {
        try {
            KeptTable.drop(connection, table);
        } catch (SQLException e) {
            if (!Set.of("55P03", "2BP01", "42501").contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            LOG.info("Kept {} of an earlier snapshot: {}", table, e.getMessage());
        }
    }
}
