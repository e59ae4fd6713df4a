// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import io.tablecast.contract.table.Index;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The valid indexes of a table, in order of their names. */
final class CatalogIndexes {

    private CatalogIndexes() {}

    static List<Index> read(Connection connection, long oid) throws SQLException {
        // The definition is "CREATE [UNIQUE] INDEX name ON [ONLY] schema.table USING ..."; what stands before USING is
        // put together again here, because names may hold anything.
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT c.relname, i.indisprimary, i.indisunique,
                       i.indpred IS NOT NULL,
                       0 = ANY (i.indkey[0:i.indnkeyatts - 1]),
                       ARRAY(SELECT a.attname::text
                             FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) AS k
                             JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k]
                             ORDER BY k),
                       ARRAY(SELECT a.attname::text
                             FROM pg_catalog.pg_attribute a
                             WHERE a.attrelid = i.indrelid
                               AND (a.attnum = ANY (i.indkey) AND a.attnum > 0
                                    OR EXISTS (SELECT FROM pg_catalog.pg_depend d
                                               WHERE d.classid = 'pg_catalog.pg_class'::regclass
                                                 AND d.objid = i.indexrelid
                                                 AND d.refclassid = 'pg_catalog.pg_class'::regclass
                                                 AND d.refobjid = i.indrelid
                                                 AND d.refobjsubid = a.attnum))
                             ORDER BY a.attnum),
                       substr(pg_catalog.pg_get_indexdef(i.indexrelid), 1 + length(
                           CASE WHEN i.indisunique THEN 'CREATE UNIQUE INDEX ' ELSE 'CREATE INDEX ' END
                           || pg_catalog.quote_ident(c.relname)
                           || CASE WHEN c.relkind = 'I' THEN ' ON ONLY ' ELSE ' ON ' END
                           || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.relname) || ' '))
                FROM pg_catalog.pg_index i
                JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
                WHERE i.indrelid = ?::pg_catalog.oid AND i.indisvalid AND i.indislive
                ORDER BY c.relname COLLATE "C\"""")) {
            statement.setLong(1, oid);
            try (ResultSet result = statement.executeQuery()) {
                List<Index> indexes = new ArrayList<>();
                while (result.next()) {
                    indexes.add(new Index(
                            result.getString(1),
                            kind(result.getBoolean(2), result.getBoolean(3)),
                            result.getBoolean(4),
                            result.getBoolean(5),
                            names(result, 6),
                            names(result, 7),
                            result.getString(8)));
                }
                return indexes;
            }
        }
    }

    private static Index.Kind kind(boolean isPrimary, boolean isUnique) {
        if (isPrimary) {
            return Index.Kind.PRIMARY;
        }
        return isUnique ? Index.Kind.UNIQUE : Index.Kind.PLAIN;
    }

    private static List<String> names(ResultSet result, int column) throws SQLException {
        return List.of((String[]) result.getArray(column).getArray());
    }
}
