// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import io.tablecast.contract.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A row of {@code pg_class} that can be captured.
 *
 * @param estimatedRows summed over partitions and children; -1 when unknown
 */
record CatalogRelation(TableId id, long oid, RelationKind kind, String comment, long estimatedRows, String database) {

    static Optional<CatalogRelation> find(Connection connection, TableId id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                WITH RECURSIVE member AS (
                    SELECT c.oid, c.relkind, c.oid AS root
                    FROM pg_catalog.pg_class c
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
                    UNION
                    SELECT i.inhrelid, c.relkind, m.root
                    FROM member m
                    JOIN pg_catalog.pg_inherits i ON i.inhparent = m.oid
                    JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
                )
                SELECT root.oid, root.relkind,
                       coalesce(pg_catalog.obj_description(root.oid, 'pg_class'), ''),
                       (SELECT CASE WHEN bool_or(c.reltuples < 0) THEN -1 ELSE sum(c.reltuples) END
                        FROM member m JOIN pg_catalog.pg_class c ON c.oid = m.oid
                        WHERE m.relkind <> 'p')::int8,
                       pg_catalog.current_database()
                FROM pg_catalog.pg_class root
                WHERE root.oid = (SELECT DISTINCT m.root FROM member m)""")) {
            statement.setString(1, id.schema());
            statement.setString(2, id.name());
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return Optional.empty();
                }
                return Optional.of(new CatalogRelation(
                        id,
                        result.getLong(1),
                        RelationKind.of(result.getString(2)),
                        result.getString(3),
                        result.getLong(4),
                        result.getString(5)));
            }
        }
    }
}
