// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.check;

import io.tablecast.source.config.ConfigReport;
import io.tablecast.source.config.QueueSetupMode;
import io.tablecast.source.config.SourceKeys;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.postgres.Identifiers;
import io.tablecast.source.postgres.SourceTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What mode {@code queue} needs: a place for queue tables, and the right to put triggers on a table. */
final class QueueChecks {

    private final ConfigReport report;
    private final SourceSettings settings;
    private final Connection connection;

    QueueChecks(ConfigReport report, SourceSettings settings, Connection connection) {
        this.report = report;
        this.settings = settings;
        this.connection = connection;
    }

    /** Whether the server can be written to. */
    void checkServer(String target) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT pg_catalog.pg_is_in_recovery()")) {
            result.next();
            if (result.getBoolean(1)) {
                report.error(
                        SourceKeys.CONNECTION_URL,
                        "The server at " + target
                                + " is a standby, which cannot hold the queues of mode queue. Connect to"
                                + " the primary (targetServerType=primary for a list of hosts), or choose mode snapshot.");
            }
        }
    }

    /** Whether the role may make the queue schema, or tables in it. */
    void checkSchema() throws SQLException {
        if (settings.queue().setup() == QueueSetupMode.MANUAL) {
            return;
        }
        String schema = settings.queue().schema();
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT n.oid IS NOT NULL,
                       CASE WHEN n.oid IS NOT NULL THEN pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                                                        AND pg_catalog.has_schema_privilege(n.oid, 'CREATE')
                            ELSE pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') END,
                       pg_catalog.quote_ident(pg_catalog.current_database()),
                       pg_catalog.quote_ident(current_user)
                FROM (SELECT) AS one
                LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = ?""")) {
            statement.setString(1, schema);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                if (result.getBoolean(2)) {
                    checkRegistry(schema, result.getString(4));
                    return;
                }
                String grant = result.getBoolean(1)
                        ? "GRANT USAGE, CREATE ON SCHEMA " + Identifiers.quote(schema)
                        : "GRANT CREATE ON DATABASE " + result.getString(3);
                String what = result.getBoolean(1)
                        ? "may not create tables in schema \"" + schema + "\""
                        : "may not create schema \"" + schema + "\"";
                report.error(
                        SourceKeys.QUEUE_SETUP,
                        "Role " + result.getString(4) + " " + what + ", where queue tables belong. Run " + grant
                                + " TO "
                                + result.getString(4) + ", or have an administrator set up the queues"
                                + " (queue.setup=manual).");
            }
        }
    }

    /** Whether an administrator has made the table's queue, as far as the role may see it. */
    private void checkPrepared(SourceTable table) throws SQLException {
        if (hasReadableQueues() && hasQueue(table)) {
            return;
        }
        report.error(
                SourceKeys.QUEUE_SETUP,
                "The queue of " + table.id() + " in schema \""
                        + settings.queue().schema()
                        + "\" is not set up, or this role may not see it, and queue.setup=manual leaves that to an"
                        + " administrator. Have one run 'tablecast setup', or the SQL that 'tablecast setup --print'"
                        + " shows; or let the connector do so (queue.setup=auto).");
    }

    private boolean hasReadableQueues() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT pg_catalog.bool_or(pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                                          AND pg_catalog.has_table_privilege(c.oid, 'SELECT'))
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = 'queue'""")) {
            statement.setString(1, settings.queue().schema());
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getBoolean(1);
            }
        }
    }

    private boolean hasQueue(SourceTable table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT EXISTS (SELECT FROM "
                + Identifiers.quote(settings.queue().schema()) + ".queue WHERE table_schema = ? AND table_name = ?)")) {
            statement.setString(1, table.id().schema());
            statement.setString(2, table.id().name());
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getBoolean(1);
            }
        }
    }

    /** Another connector, with another role, may have made the schema's tables. */
    private void checkRegistry(String schema, String role) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT pg_catalog.string_agg(c.relname, ', ' ORDER BY c.relname)
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ?
                  AND c.relname IN ('queue', 'queue_consumer', 'queue_structure', 'queue_version')
                  AND NOT (pg_catalog.has_table_privilege(c.oid, 'SELECT')
                           AND pg_catalog.has_table_privilege(c.oid, 'INSERT')
                           AND pg_catalog.has_table_privilege(c.oid, 'UPDATE')
                           AND pg_catalog.has_table_privilege(c.oid, 'DELETE'))""")) {
            statement.setString(1, schema);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                if (result.getString(1) != null) {
                    report.error(
                            SourceKeys.QUEUE_SCHEMA,
                            "Role " + role + " may not write to all of " + result.getString(1) + " in schema \""
                                    + schema
                                    + "\", which another role has made. Connect as that role, run GRANT SELECT, INSERT,"
                                    + " UPDATE, DELETE ON ALL TABLES IN SCHEMA " + Identifiers.quote(schema) + " TO "
                                    + role + ", or set queue.schema to another schema.");
                }
            }
        }
    }

    /**
     * Whether the role may put triggers on a table, its partitions and its children; the table is one that can have them.
     */
    void checkTriggers(SourceTable table) throws SQLException {
        if (settings.queue().setup() == QueueSetupMode.MANUAL) {
            checkPrepared(table);
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                WITH RECURSIVE tree(relation) AS (
                    SELECT ?::oid
                    UNION
                    SELECT i.inhrelid FROM tree JOIN pg_catalog.pg_inherits i ON i.inhparent = tree.relation)
                SELECT pg_catalog.string_agg(member.name, ', ' ORDER BY member.name)
                           FILTER (WHERE member.relkind IN ('r', 'p') AND NOT member.may),
                       pg_catalog.string_agg(member.name, ', ' ORDER BY member.name)
                           FILTER (WHERE member.relkind NOT IN ('r', 'p')),
                       pg_catalog.quote_ident(current_user),
                       pg_catalog.string_agg(member.name, ', ' ORDER BY member.name) FILTER (WHERE member.unseen)
                FROM (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name,
                             c.relkind, pg_catalog.has_table_privilege(c.oid, 'TRIGGER') AS may,
                             NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
                                 AND EXISTS (SELECT FROM pg_catalog.pg_subscription_rel s
                                             WHERE s.srrelid = c.oid) AS unseen
                      FROM tree
                      JOIN pg_catalog.pg_class c ON c.oid = tree.relation
                      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace) AS member""")) {
            statement.setLong(1, table.oid());
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                String forbidden = result.getString(1);
                String foreign = result.getString(2);
                String role = result.getString(3);
                if (forbidden != null) {
                    report.error(
                            report.keyOf(table.id(), SourceKeys.MODE),
                            "Role " + role + " may not create triggers on " + forbidden
                                    + ", which mode queue needs. Run GRANT TRIGGER ON " + forbidden + " TO " + role
                                    + ", or choose mode snapshot for " + table.id() + ".");
                }
                if (result.getString(4) != null) {
                    report.error(
                            report.keyOf(table.id(), SourceKeys.MODE),
                            "A subscription writes to " + result.getString(4) + ", and only triggers that the table's"
                                    + " owner has made fire for it. Grant the owner's role to " + role
                                    + ", or have an administrator set up the queues (queue.setup=manual).");
                }
                if (foreign != null) {
                    report.error(
                            report.keyOf(table.id(), SourceKeys.MODE),
                            foreign + ", which " + table.id() + " consists of, is a foreign table, whose changes no"
                                    + " trigger sees. Choose mode snapshot for " + table.id() + ".");
                }
            }
        }
    }
}
