// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.type.DestinationType;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Picks the first of a field's candidate types that exists in this database. A type of the source's own or of an
 * extension counts only if it is the same here: an enum must know all the source's labels.
 */
final class TypeChoice {

    // An array's labels are its element's.
    private static final String LABELS = """
            SELECT ARRAY(SELECT e.enumlabel::text
                         FROM pg_catalog.pg_enum e
                         JOIN pg_catalog.pg_type t ON e.enumtypid IN (t.oid, t.typelem)
                         WHERE t.oid = found.type
                         ORDER BY e.enumsortorder)
            FROM (SELECT pg_catalog.to_regtype(?)::oid AS type) AS found
            WHERE found.type IS NOT NULL
            """;

    private TypeChoice() {}

    /** The type's name as SQL. */
    static String among(Connection connection, DestinationType wanted) throws SQLException {
        for (String candidate : wanted.candidates()) {
            if (candidate.equals(wanted.fallback()) || isUsable(connection, candidate, wanted.labels())) {
                return candidate;
            }
        }
        return wanted.fallback();
    }

    private static boolean isUsable(Connection connection, String type, List<String> labels) throws SQLException {
        return labels(connection, type)
                .filter(known -> known.containsAll(labels))
                .isPresent();
    }

    /** The labels of a type in their order, none if it is no enum; empty if there is no such type. */
    static Optional<List<String>> labels(Connection connection, String type) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LABELS)) {
            statement.setString(1, type);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(texts(rows.getArray(1))) : Optional.empty();
            }
        }
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
