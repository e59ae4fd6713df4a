// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import io.tablecast.contract.table.ForeignKey;
import io.tablecast.contract.table.Sequence;
import io.tablecast.contract.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The foreign keys of a table, and the sequences that feed its columns. */
final class CatalogConstraints {

    private CatalogConstraints() {}

    static List<ForeignKey> foreignKeys(Connection connection, long oid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT k.conname,
                       ARRAY(SELECT a.attname::text
                             FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS u(attnum, place)
                             JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum
                             ORDER BY u.place),
                       n.nspname, c.relname,
                       ARRAY(SELECT a.attname::text
                             FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS u(attnum, place)
                             JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum
                             ORDER BY u.place),
                       k.confdeltype, k.confupdtype
                FROM pg_catalog.pg_constraint k
                JOIN pg_catalog.pg_class c ON c.oid = k.confrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE k.conrelid = ?::pg_catalog.oid AND k.contype = 'f' AND k.conparentid = 0
                ORDER BY k.conname COLLATE "C\"""")) {
            statement.setLong(1, oid);
            try (ResultSet result = statement.executeQuery()) {
                List<ForeignKey> keys = new ArrayList<>();
                while (result.next()) {
                    keys.add(new ForeignKey(
                            result.getString(1),
                            names(result, 2),
                            new TableId(result.getString(3), result.getString(4)),
                            names(result, 5),
                            action(result.getString(6)),
                            action(result.getString(7))));
                }
                return keys;
            }
        }
    }

    /** Sequences whose value the role may not read are left out. */
    static List<Sequence> sequences(Connection connection, long oid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT a.attname,
                       pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),
                       coalesce(pg_catalog.pg_sequence_last_value(s.seqrelid), s.seqstart - s.seqincrement)
                FROM pg_catalog.pg_depend d
                JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
                JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE d.classid = 'pg_catalog.pg_class'::regclass
                  AND d.refclassid = 'pg_catalog.pg_class'::regclass
                  AND d.refobjid = ?::pg_catalog.oid
                  AND d.deptype IN ('a', 'i')
                  -- Not c.oid: with many tables the planner asks before it has left out what is no sequence.
                  AND pg_catalog.has_sequence_privilege(s.seqrelid, 'SELECT, USAGE')
                ORDER BY a.attnum""")) {
            statement.setLong(1, oid);
            try (ResultSet result = statement.executeQuery()) {
                List<Sequence> sequences = new ArrayList<>();
                while (result.next()) {
                    sequences.add(new Sequence(result.getString(1), result.getString(2), result.getLong(3)));
                }
                return sequences;
            }
        }
    }

    private static String action(String code) {
        return switch (code) {
            case "r" -> "RESTRICT";
            case "c" -> "CASCADE";
            case "n" -> "SET NULL";
            case "d" -> "SET DEFAULT";
            default -> "NO ACTION";
        };
    }

    private static List<String> names(ResultSet result, int column) throws SQLException {
        return List.of((String[]) result.getArray(column).getArray());
    }
}
