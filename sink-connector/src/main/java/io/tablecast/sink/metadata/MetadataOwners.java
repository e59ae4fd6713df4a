// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Whose the metadata schema is, and what stands there under the names of the metadata. Its owners say what is applied next,
 * and can have their code run with the rights of the connector's role: by a trigger on a table, or by a view in place of one.
 * So each has to be that role, a role whose rights it has, the database's owner or a superuser.
 */
public final class MetadataOwners {

    // Everything qualified, operators as well: this is asked before anybody is trusted.
    // A superuser would count as a member of every role.
    private static final String STRANGERS = """
            SELECT pg_catalog.string_agg(
                       pg_catalog.format('%s belongs to role "%s"', found.what, role.rolname), ', ' ORDER BY found.what),
                   pg_catalog.bool_or(own.rolsuper)
            FROM (SELECT ?::pg_catalog.name AS schema, ?::pg_catalog.name[] AS names) AS asked
            CROSS JOIN LATERAL (
                SELECT pg_catalog.format('schema %I', n.nspname), n.nspowner
                FROM pg_catalog.pg_namespace n WHERE n.nspname OPERATOR(pg_catalog.=) asked.schema
                UNION ALL
                SELECT pg_catalog.format('relation %I.%I', n.nspname, c.relname), c.relowner
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
                WHERE n.nspname OPERATOR(pg_catalog.=) asked.schema AND c.relname OPERATOR(pg_catalog.=) ANY (asked.names)
            ) AS found(what, owner)
            JOIN pg_catalog.pg_roles role ON role.oid OPERATOR(pg_catalog.=) found.owner
            JOIN pg_catalog.pg_roles own ON own.rolname OPERATOR(pg_catalog.=) current_user
            WHERE NOT role.rolsuper
            AND role.rolname OPERATOR(pg_catalog.<>) ALL (ARRAY[current_user, 'pg_database_owner']::pg_catalog.name[])
            AND NOT (NOT own.rolsuper AND pg_catalog.pg_has_role(own.oid, role.oid, 'USAGE'))
            AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_database d
                WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
                AND d.datdba OPERATOR(pg_catalog.=) role.oid)""";

    private MetadataOwners() {}

    /** @throws ConnectException naming what belongs to somebody else */
    public static void require(Connection connection, MetadataSchema schema) throws SQLException {
        Optional<Strangers> strangers = strangers(connection, schema);
        if (strangers.isPresent()) {
            // Superusers have the rights of every role, so that a grant to them tells nothing of trust.
            String grant = strangers.get().areToASuperuser()
                    ? ""
                    : " grant the connector's role that role if both trust each other,";
            throw new ConnectException("Cannot trust the metadata schema \"" + schema.name() + "\": "
                    + strangers.get().found()
                    + ", and who owns it can have code run with the rights of the connector's role. Drop it if nobody needs"
                    + " it, change its owner," + grant + " or set metadata.schema to another schema.");
        }
    }

    /**
     * Owners that are not trusted.
     *
     * @param found what belongs to whom
     * @param areToASuperuser whether the connector's role is one
     */
    private record Strangers(String found, boolean areToASuperuser) {}

    private static Optional<Strangers> strangers(Connection connection, MetadataSchema schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STRANGERS)) {
            statement.setString(1, schema.name());
            statement.setArray(2, connection.createArrayOf("text", MetadataSchema.RELATIONS.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                boolean isSuperuser = row.getBoolean(2);
                return Optional.ofNullable(row.getString(1)).map(found -> new Strangers(found, isSuperuser));
            }
        }
    }
}
