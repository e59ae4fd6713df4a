// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.check;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.check.NamedTables.NamedTable;
import io.tablecast.sink.config.ApplyMode;
import io.tablecast.sink.config.DeleteMode;
import io.tablecast.sink.config.SinkKeys;
import io.tablecast.sink.config.TableSettings;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.SoftDeleteColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the connector's role may not do with a table, and the statement that lets it. */
final class TableRights {

    private static final Logger LOG = LoggerFactory.getLogger(TableRights.class);

    private final Report report;
    private final SetKeys keys;
    private final Connection connection;
    private final Role role;

    TableRights(Report report, SetKeys keys, Connection connection) throws SQLException {
        this.report = report;
        this.keys = keys;
        this.connection = connection;
        this.role = Role.current(connection);
    }

    /** Whether the role may use the table's schema; without, statements cannot even name it. */
    boolean isReachable(DestinationTable table) throws SQLException {
        boolean isUsable = SchemaRights.of(connection, table.id().schema()).isUsable();
        if (!isUsable) {
            report.error(
                    SinkKeys.CONNECTION_USER,
                    "The role " + role.quoted() + " may not use the schema of " + table.id() + ". Run: "
                            + grantOnSchema("USAGE", table.id()));
        }
        return isUsable;
    }

    /** Checks a table that is there. */
    void checkExisting(DestinationTable table, TableSettings settings) throws SQLException {
        SchemaRights schema = SchemaRights.of(connection, table.id().schema());
        List<String> missing = missing(table, needed(settings));
        if (!missing.isEmpty()) {
            report.error(
                    SinkKeys.CONNECTION_USER,
                    "The role " + role.quoted() + " lacks privileges on " + table.id() + ". Run: GRANT "
                            + String.join(", ", missing) + " ON " + Identifiers.quote(table.storage()) + " TO "
                            + role.quoted());
        }
        boolean isOwner = isOwner(table);
        if (!isOwner && lacksMark(table, settings)) {
            report.error(
                    keys.of(table.id(), SinkKeys.SOFT_DELETE_COLUMN),
                    "The role " + role.quoted() + " does not own " + table.id() + " and cannot add the column of"
                            + " deletions to it. Run: ALTER TABLE " + Identifiers.quote(table.storage())
                            + " ADD COLUMN "
                            + Identifiers.quote(
                                    settings.softDelete().orElseThrow().column()) + " timestamptz");
        }
        if (!isOwner || !schema.canCreate()) {
            checkCopies(table, schema);
        }
    }

    /** Checks a table that is to be created. */
    void checkMissing(NamedTable named, TableSettings settings) throws SQLException {
        TableId table = named.id();
        if (!settings.isCreated()) {
            String message = "The table " + table + " does not exist. Create it, or set auto.create=true.";
            report.fault(named, keys.of(table, SinkKeys.AUTO_CREATE), message);
            return;
        }
        SchemaRights schema = SchemaRights.of(connection, table.schema());
        if (!schema.exists()) {
            if (!role.canCreateSchemas()) {
                report.fault(
                        named,
                        SinkKeys.CONNECTION_USER,
                        "The schema of " + table + " does not exist, and the role " + role.quoted()
                                + " may not create it. Run: CREATE SCHEMA " + Identifiers.quote(table.schema())
                                + " AUTHORIZATION " + role.quoted());
            }
            return;
        }
        if (!schema.canCreate()) {
            report.error(
                    SinkKeys.CONNECTION_USER,
                    "The role " + role.quoted() + " may not create " + table + " in its schema. Run: "
                            + grantOnSchema("USAGE, CREATE", table));
        }
    }

    // A copy is loaded into a table aside, and takes the name of the table.
    private void checkCopies(DestinationTable table, SchemaRights schema) {
        String message = schema.canCreate()
                ? "The role " + role.quoted() + " does not own " + table.id() + ", and copies of it cannot be applied."
                        + " Run: ALTER TABLE " + Identifiers.quote(table.storage()) + " OWNER TO " + role.quoted()
                : "The role " + role.quoted() + " may not create the tables that copies of " + table.id()
                        + " are loaded into. Run: " + grantOnSchema("USAGE, CREATE", table.id());
        boolean isAskedFor =
                keys.isSet(table.id(), SinkKeys.SNAPSHOT_APPLY) || keys.isSet(table.id(), SinkKeys.SWAP_MODE);
        if (isAskedFor) {
            report.error(SinkKeys.CONNECTION_USER, message);
        } else {
            LOG.warn("{}", message);
        }
    }

    private String grantOnSchema(String privileges, TableId table) {
        return "GRANT " + privileges + " ON SCHEMA " + Identifiers.quote(table.schema()) + " TO " + role.quoted();
    }

    private static List<String> needed(TableSettings settings) {
        if (settings.applyMode() == ApplyMode.APPEND) {
            return List.of("INSERT");
        }
        List<String> needed = new ArrayList<>(List.of("SELECT", "INSERT", "UPDATE"));
        if (settings.deleteMode() == DeleteMode.DELETE) {
            needed.add("DELETE");
        }
        return needed;
    }

    // Rows are deleted whole: there is no such privilege on columns.
    private List<String> missing(DestinationTable table, List<String> needed) throws SQLException {
        return Sql.query(
                connection,
                """
                SELECT needed.privilege
                FROM pg_catalog.pg_class AS t
                JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace,
                     unnest(?::text[]) WITH ORDINALITY AS needed (privilege, place)
                WHERE n.nspname = ? AND t.relname = ? AND NOT CASE needed.privilege
                          WHEN 'DELETE' THEN pg_catalog.has_table_privilege(t.oid, 'DELETE')
                          ELSE pg_catalog.has_any_column_privilege(t.oid, needed.privilege) END
                ORDER BY needed.place""",
                row -> row.getString(1),
                connection.createArrayOf("text", needed.toArray()),
                table.storage().schema(),
                table.storage().name());
    }

    private boolean isOwner(DestinationTable table) throws SQLException {
        return Sql.query(
                        connection,
                        "SELECT pg_catalog.pg_has_role(relowner, 'USAGE') FROM pg_catalog.pg_class WHERE oid = ?::oid",
                        row -> row.getBoolean(1),
                        table.oid())
                .get(0);
    }

    private boolean lacksMark(DestinationTable table, TableSettings settings) {
        return report.isRight(keys.of(table.id(), SinkKeys.SOFT_DELETE_COLUMN))
                && settings.softDelete()
                        .filter(kept -> !SoftDeleteColumn.isIn(table, kept))
                        .isPresent();
    }

    private record Role(String quoted, boolean canCreateSchemas) {
        static Role current(Connection connection) throws SQLException {
            return Sql.query(
                            connection,
                            "SELECT current_user, has_database_privilege(current_database(), 'CREATE')",
                            row -> new Role(Identifiers.quote(row.getString(1)), row.getBoolean(2)))
                    .get(0);
        }
    }

    private record SchemaRights(boolean exists, boolean isUsable, boolean canCreate) {
        static SchemaRights of(Connection connection, String schema) throws SQLException {
            List<SchemaRights> found = Sql.query(
                    connection,
                    "SELECT has_schema_privilege(oid, 'USAGE'), has_schema_privilege(oid, 'CREATE')"
                            + " FROM pg_catalog.pg_namespace WHERE nspname = ?",
                    row -> new SchemaRights(true, row.getBoolean(1), row.getBoolean(1) && row.getBoolean(2)),
                    schema);
            return found.isEmpty() ? new SchemaRights(false, false, false) : found.get(0);
        }
    }
}
