// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.table.Sequence;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The sequences that a destination table's columns draw from. */
public final class Sequences {

    // Owned by a column: identity and serial.
    private static final String OWNED = """
            SELECT a.attname, s.oid::regclass::text
            FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
            JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_catalog.pg_class'::regclass
              AND d.refclassid = 'pg_catalog.pg_class'::regclass
              AND d.refobjid = ?::regclass
              AND d.deptype IN ('a', 'i')
            ORDER BY a.attnum
            """;

    private Sequences() {}

    /**
     * Makes the next value drawn greater than every value in the table, and than what the source's sequence had reached.
     * A sequence never moves back. Where a value is beyond what a sequence can reach, it is exhausted.
     *
     * @param known what is known of the source's sequences; columns without are set by their values alone
     */
    public static void advance(Connection connection, TableId table, List<Sequence> known) throws SQLException {
        for (Owned owned : ownedBy(connection, table)) {
            long atSource = known.stream()
                    .filter(sequence -> sequence.column().equals(owned.column()))
                    .mapToLong(Sequence::lastValue)
                    .max()
                    .orElse(0);
            advance(connection, table, owned, atSource);
        }
    }

    private static void advance(Connection connection, TableId table, Owned owned, long atSource) throws SQLException {
        String sql = """
                SELECT pg_catalog.setval(?::regclass, least(reached, 9223372036854775807)::bigint)
                FROM (SELECT greatest(?, (SELECT max(%s) FROM %s), (SELECT last_value FROM %s WHERE is_called)) AS reached) r
                WHERE reached > 0
                """.formatted(Identifiers.quote(owned.column()), Identifiers.quote(table), owned.sequence());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, owned.sequence());
            statement.setLong(2, atSource);
            statement.execute();
        }
    }

    private static List<Owned> ownedBy(Connection connection, TableId table) throws SQLException {
        List<Owned> sequences = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(OWNED)) {
            statement.setString(1, Identifiers.quote(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    sequences.add(new Owned(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return sequences;
    }

    /** A column and its sequence, quoted and qualified as need be. */
    private record Owned(String column, String sequence) {}
}
