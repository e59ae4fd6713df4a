// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.source.postgres.TableColumns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Keeps the columns that offsets name by their fingerprint. Transactions are the caller's. */
final class StructureStore {

    private final QueueRegistry registry;

    StructureStore(QueueRegistry registry) {
        this.registry = registry;
    }

    /** Whether they were not kept before. */
    boolean save(Connection connection, TableColumns columns) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO " + registry.structures() + " VALUES (?, ?::jsonb) ON CONFLICT DO NOTHING")) {
            insert.setString(1, columns.fingerprint());
            insert.setString(2, columns.json());
            return insert.executeUpdate() > 0;
        }
    }

    Optional<TableColumns> find(Connection connection, String fingerprint) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT columns FROM " + registry.structures() + " WHERE fingerprint = ?")) {
            query.setString(1, fingerprint);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(TableColumns.parse(row.getString(1))) : Optional.empty();
            }
        }
    }
}
