// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Which collations this database has. */
final class Collations {

    private Collations() {}

    /** Whether the collation, quoted and qualified as in SQL, exists here and fits the database's encoding. */
    static boolean exists(Connection connection, String collation) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT EXISTS (
                    SELECT FROM pg_catalog.pg_collation c
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
                    JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
                    WHERE c.collencoding IN (-1, d.encoding)
                      AND ? IN (quote_ident(n.nspname) || '.' || quote_ident(c.collname), quote_ident(c.collname),
                                '"' || n.nspname || '"."' || c.collname || '"', '"' || c.collname || '"'))
                """)) {
            statement.setString(1, collation);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getBoolean(1);
            }
        }
    }
}
