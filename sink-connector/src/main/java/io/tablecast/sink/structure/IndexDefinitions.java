// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The indexes of a table at the destination, without its primary key. */
final class IndexDefinitions {

    // pg_get_indexdef always qualifies the table, so the length of what precedes the definition is known.
    private static final String QUERY = """
            SELECT c.relname, i.indisunique,
                   substring(pg_catalog.pg_get_indexdef(i.indexrelid) FROM 1 + length(
                       'CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX '
                       || quote_ident(c.relname) || ' ON ' || quote_ident(n.nspname) || '.'
                       || quote_ident(t.relname) || ' '))
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
            WHERE i.indrelid = ?::regclass AND i.indisvalid AND NOT i.indisprimary AND NOT i.indisexclusion
            ORDER BY c.relname
            """;

    private IndexDefinitions() {}

    static List<NewIndex> of(Connection connection, TableId table) throws SQLException {
        List<NewIndex> indexes = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
            statement.setString(1, Identifiers.quote(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String kind = rows.getBoolean(2) ? NewIndex.UNIQUE : NewIndex.PLAIN;
                    indexes.add(new NewIndex(kind, rows.getString(1), rows.getString(3)));
                }
            }
        }
        return indexes;
    }
}
