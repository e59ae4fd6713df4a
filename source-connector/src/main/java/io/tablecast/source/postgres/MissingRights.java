// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which rights a role lacks after the server has refused it something, so that a message can name the grants.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-ACCESS">Access privilege
 *     inquiry functions</a>
 */
public final class MissingRights {

    /** SQLSTATE insufficient_privilege. */
    public static final String REFUSED = "42501";

    private static final Logger LOG = LoggerFactory.getLogger(MissingRights.class);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private MissingRights() {}

    /**
     * The statements that give what is missing. Empty when nothing is known to be, or the source does not answer: what was
     * refused is told all the same.
     */
    public static List<String> grants(Connections source, List<Right> needed) {
        try (Connection connection = source.open(PATIENCE)) {
            return grants(connection, needed);
        } catch (SQLException e) {
            LOG.debug("{} does not tell which rights are missing", source.target(), e);
            return List.of();
        }
    }

    private static List<String> grants(Connection connection, List<Right> needed) throws SQLException {
        Set<String> schemas = new LinkedHashSet<>();
        Set<String> relations = new LinkedHashSet<>();
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT pg_catalog.quote_ident(n.nspname), pg_catalog.quote_ident(c.relname),
                       wanted.privileges, pg_catalog.quote_ident(current_user),
                       pg_catalog.has_schema_privilege(n.oid, 'USAGE'),
                       (SELECT bool_and(pg_catalog.has_table_privilege(c.oid, one))
                        FROM pg_catalog.unnest(pg_catalog.string_to_array(wanted.privileges, ', ')) AS one)
                FROM unnest(?::text[], ?::text[], ?::text[])
                     WITH ORDINALITY AS wanted(schema, name, privileges, number)
                JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
                JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
                ORDER BY wanted.number""")) {
            query.setArray(
                    1, texts(connection, needed, right -> right.relation().schema()));
            query.setArray(
                    2, texts(connection, needed, right -> right.relation().name()));
            query.setArray(3, texts(connection, needed, Right::privileges));
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    String schema = rows.getString(1);
                    String role = rows.getString(4);
                    if (!rows.getBoolean(5)) {
                        schemas.add("GRANT USAGE ON SCHEMA " + schema + " TO " + role);
                    }
                    if (!rows.getBoolean(6)) {
                        relations.add("GRANT " + rows.getString(3) + " ON " + schema + "." + rows.getString(2) + " TO "
                                + role);
                    }
                }
            }
        }
        List<String> grants = new ArrayList<>(schemas);
        grants.addAll(relations);
        return grants;
    }

    private static Array texts(Connection connection, List<Right> rights, Text text) throws SQLException {
        return connection.createArrayOf("text", rights.stream().map(text::of).toArray());
    }

    /**
     * Something that a role needs; the use of the relation's schema belongs to it.
     *
     * @param privileges as GRANT names them, with a comma and a space between them
     */
    public record Right(TableId relation, String privileges) {
        public Right {
            requireNonNull(relation, "relation is null");
            requireNonNull(privileges, "privileges is null");
        }
    }

    /** A part of a right. */
    private interface Text {
        String of(Right right);
    }
}
