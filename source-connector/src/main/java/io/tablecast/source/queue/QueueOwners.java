// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static io.tablecast.source.postgres.Identifiers.quote;
import static io.tablecast.source.queue.QueueNames.literal;

import io.tablecast.contract.table.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Whose the schema of queues is, and what stands there already. Its owners can have their code run by whoever sets up the
 * queue, and by whoever writes to the source table: a trigger of theirs on a table of the registry, or a trigger function
 * that stays theirs when it is replaced. So each has to be a role that may put triggers on the source table anyhow, or the
 * one that reads the queue, or the one that sets it up, or the database's owner.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY">Writing
 *     SECURITY DEFINER Functions Safely</a>
 */
final class QueueOwners {

    private final String purpose;
    private final String strangers;

    /** @param reader the role that will read the table's queue */
    QueueOwners(QueueRegistry registry, QueueWork what, TableId table, String reader) {
        this.purpose = what.refusal(table);
        this.strangers = strangers(registry, what, table, reader);
    }

    /** @throws ConnectException naming what belongs to somebody else */
    void require(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(strangers)) {
            row.next();
            if (row.getString(1) != null) {
                throw new ConnectException(purpose + row.getString(1));
            }
        }
    }

    /** The statement that fails where {@link #require} would, asked by whoever runs it. */
    String statement() {
        return "DO " + literal("""
                DECLARE
                    strangers text := (%s);
                BEGIN
                    IF strangers IS NOT NULL THEN
                        RAISE EXCEPTION USING MESSAGE = %s || strangers;
                    END IF;
                END""".formatted(strangers, literal(purpose)));
    }

    private static String strangers(QueueRegistry registry, QueueWork what, TableId table, String reader) {
        String names = Stream.of(
                        "queue_version",
                        "queue",
                        "queue_consumer",
                        "queue_structure",
                        QueueNames.queue(table),
                        QueueNames.distinctQueue(table))
                .map(QueueNames::literal)
                .collect(Collectors.joining(", "));
        // Everything qualified, operators as well: this is asked before anybody is trusted.
        // A superuser would count as a member of every role.
        return """
                SELECT pg_catalog.string_agg(pg_catalog.format(
                           '%%s belongs to role "%%s", who may not create triggers on %%s. ',
                           found.what, role.rolname, %3$s), '' ORDER BY found.what) OPERATOR(pg_catalog.||) %5$s
                FROM (
                    SELECT pg_catalog.format('schema %%I', n.nspname), n.nspowner
                    FROM pg_catalog.pg_namespace n WHERE n.nspname OPERATOR(pg_catalog.=) %1$s
                    UNION ALL
                    SELECT pg_catalog.format('table %%I.%%I', n.nspname, c.relname), c.relowner
                    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
                    WHERE n.nspname OPERATOR(pg_catalog.=) %1$s
                    AND c.relname OPERATOR(pg_catalog.=) ANY (ARRAY[%2$s]::pg_catalog.name[])
                    UNION ALL
                    SELECT pg_catalog.format('function %%I.%%I()', n.nspname, p.proname), p.proowner
                    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
                    WHERE n.nspname OPERATOR(pg_catalog.=) %1$s
                    AND p.proname OPERATOR(pg_catalog.=) ANY (ARRAY[%2$s]::pg_catalog.name[]) AND p.pronargs OPERATOR(pg_catalog.=) 0
                ) AS found(what, owner)
                JOIN pg_catalog.pg_roles role ON role.oid OPERATOR(pg_catalog.=) found.owner
                JOIN pg_catalog.pg_roles own ON own.rolname OPERATOR(pg_catalog.=) current_user
                WHERE NOT pg_catalog.has_table_privilege(role.oid, pg_catalog.to_regclass(%3$s), 'TRIGGER')
                AND role.rolname OPERATOR(pg_catalog.<>) ALL (ARRAY[current_user, %4$s, 'pg_database_owner']::pg_catalog.name[])
                AND NOT (NOT own.rolsuper AND pg_catalog.pg_has_role(own.oid, role.oid, 'USAGE'))
                AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_database d
                    WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
                    AND d.datdba OPERATOR(pg_catalog.=) role.oid)""".formatted(
                literal(registry.schema()), names, literal(quote(table)), literal(reader), literal(what.ownerRemedy()));
    }
}
