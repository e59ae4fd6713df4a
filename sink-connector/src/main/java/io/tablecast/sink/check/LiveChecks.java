// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.check;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.SinkKeys;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.config.TableKeys;
import io.tablecast.sink.config.TableSettings;
import io.tablecast.sink.metadata.MetadataOwners;
import io.tablecast.sink.metadata.MetadataSchema;
import io.tablecast.sink.metadata.Migrations;
import io.tablecast.sink.metadata.TableSources;
import io.tablecast.sink.metadata.TableStates;
import io.tablecast.sink.metadata.TableTakenException;
import io.tablecast.sink.postgres.Connections;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.DestinationTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;

/** Checks of a configuration against its destination. Adds every fault to the report; used once, by one thread. */
final class LiveChecks {

    private static final Duration SERVER_PATIENCE = Duration.ofSeconds(4);
    private static final int OLDEST_VERSION = 140_000;

    private final Report report;
    private final SinkSettings settings;
    private final Map<String, String> properties;
    private final Connections connections;

    LiveChecks(Report report, Map<String, String> properties) {
        this.report = report;
        this.settings = SinkSettings.parse(properties);
        this.properties = properties;
        this.connections = new Connections(settings.connection());
    }

    void run() {
        Connection connection;
        try {
            connection = connections.open(SERVER_PATIENCE);
        } catch (SQLException e) {
            ConnectionFault fault = ConnectionFault.of(e, connections.target());
            report.error(fault.key(), fault.message());
            return;
        }
        try (connection) {
            if (isVersionSupported(connection) && isWritable(connection)) {
                checkRights(connection);
                boolean isMetadataKnown = isMetadataKnown(connection);
                checkTypes(connection, SinkKeys.TYPE_OVERRIDES, settings.tableDefaults());
                for (Map.Entry<TableId, TableSettings> table :
                        settings.tableOverrides().entrySet()) {
                    checkTypes(connection, TableKeys.of(table.getKey(), SinkKeys.TYPE_OVERRIDES), table.getValue());
                }
                checkTables(connection);
                if (isMetadataKnown && SinkSettings.isNamed(properties)) {
                    checkOwners(connection);
                    checkSources(connection);
                }
            }
        } catch (SQLException e) {
            report.error(
                    SinkKeys.CONNECTION_URL,
                    "The checks against " + connections.target() + " failed: " + e.getMessage());
        }
    }

    private boolean isVersionSupported(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery("SELECT pg_catalog.current_setting('server_version_num')::int,"
                                + " pg_catalog.current_setting('server_version')")) {
            result.next();
            if (result.getInt(1) >= OLDEST_VERSION) {
                return true;
            }
            report.error(
                    SinkKeys.CONNECTION_URL,
                    "The server at " + connections.target() + " is PostgreSQL " + result.getString(2)
                            + "; Tablecast writes to PostgreSQL 14 and newer. Upgrade the server.");
            return false;
        }
    }

    private boolean isWritable(Connection connection) throws SQLException {
        boolean isStandby = Sql.query(connection, "SELECT pg_catalog.pg_is_in_recovery()", row -> row.getBoolean(1))
                .get(0);
        if (isStandby) {
            report.error(
                    SinkKeys.CONNECTION_URL,
                    "The server at " + connections.target()
                            + " is a standby, which is read-only. Promote it, or let connection.url lead to the primary.");
        }
        return !isStandby;
    }

    private void checkRights(Connection connection) throws SQLException {
        Rights rights = rights(connection);
        String role = Identifiers.quote(rights.role());
        String grant = "GRANT CREATE ON DATABASE " + Identifiers.quote(rights.database()) + " TO " + role;
        if (!rights.hasMetadataSchema() && !rights.canCreateSchemas()) {
            report.error(
                    SinkKeys.METADATA_SCHEMA,
                    "The role " + role + " may not create the schema " + settings.metadataSchema() + ". Run: " + grant
                            + "; or have the schema created: CREATE SCHEMA "
                            + Identifiers.quote(settings.metadataSchema()) + " AUTHORIZATION " + role);
        }
        if (rights.hasMetadataSchema() && !rights.canCreateMetadata()) {
            report.error(
                    SinkKeys.METADATA_SCHEMA,
                    "The role " + role + " may not create tables in the schema " + settings.metadataSchema()
                            + ". Run: GRANT USAGE, CREATE ON SCHEMA "
                            + Identifiers.quote(settings.metadataSchema()) + " TO " + role);
        }
        if (!rights.canUseTemporaryTables()) {
            report.error(
                    SinkKeys.CONNECTION_USER,
                    "The role " + role + " may not create temporary tables, through which rows are written. Run:"
                            + " GRANT TEMPORARY ON DATABASE " + Identifiers.quote(rights.database()) + " TO " + role);
        }
    }

    private void checkTypes(Connection connection, String key, TableSettings ofTable) throws SQLException {
        boolean isInherited = !key.equals(SinkKeys.TYPE_OVERRIDES)
                && ofTable.shape()
                        .types()
                        .overrides()
                        .equals(settings.tableDefaults().shape().types().overrides());
        if (isInherited) {
            return;
        }
        for (String type : ofTable.shape().types().overrides().types()) {
            // The setting's own check has made sure that it is a name and nothing else.
            try (Statement statement = connection.createStatement()) {
                statement.executeQuery("SELECT CAST(NULL AS " + type + ")").close();
            } catch (SQLException e) {
                report.error(
                        key,
                        "The database " + connections.target() + " cannot make columns of type " + type + ": "
                                + e.getMessage());
            }
        }
    }

    private void checkTables(Connection connection) throws SQLException {
        SetKeys keys = new SetKeys(properties);
        TableChecks checks = new TableChecks(report, keys, connection);
        TableRights tableRights = new TableRights(report, keys, connection);
        for (NamedTables.NamedTable named : NamedTables.of(settings, properties)) {
            TableSettings ofTable = settings.of(named.id());
            Optional<DestinationTable> table = DestinationCatalog.read(connection, named.id());
            if (table.isEmpty()) {
                tableRights.checkMissing(named, ofTable);
            } else if (checks.isWritable(named, table.get())) {
                if (tableRights.isReachable(table.get())) {
                    checks.check(table.get(), ofTable);
                }
                tableRights.checkExisting(table.get(), ofTable);
            }
        }
    }

    private Rights rights(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT current_user, current_database(),
                       has_database_privilege(current_database(), 'CREATE'),
                       has_database_privilege(current_database(), 'TEMPORARY'),
                       n.oid IS NOT NULL,
                       coalesce(has_schema_privilege(n.oid, 'CREATE') AND has_schema_privilege(n.oid, 'USAGE')
                                OR v.oid IS NOT NULL, false)
                FROM (SELECT 1) AS one
                LEFT JOIN pg_catalog.pg_namespace AS n ON n.nspname = ?
                LEFT JOIN pg_catalog.pg_class AS v ON v.relnamespace = n.oid AND v.relname = 'sink_version'""")) {
            statement.setString(1, settings.metadataSchema());
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return new Rights(
                        result.getString(1),
                        result.getString(2),
                        result.getBoolean(3),
                        result.getBoolean(4),
                        result.getBoolean(5),
                        result.getBoolean(6));
            }
        }
    }

    /** A table belongs to a connector by its name: without one nothing can be told. */
    private void checkOwners(Connection connection) throws SQLException {
        TableStates states = new TableStates(
                new MetadataSchema(settings.metadataSchema()),
                settings.connection().connector());
        for (NamedTables.NamedTable named : NamedTables.of(settings, properties)) {
            try {
                states.requireClaimable(connection, named.id());
            } catch (ConnectException e) {
                report.fault(named, named.key(), e.getMessage());
            }
        }
    }

    /** A table that holds a copy takes nothing of another source table. */
    private void checkSources(Connection connection) throws SQLException {
        MetadataSchema schema = new MetadataSchema(settings.metadataSchema());
        if (!Migrations.version(connection, schema).equals(Optional.of(Migrations.VERSION))) {
            return;
        }
        TableSources sources = new TableSources(schema);
        for (NamedSources.NamedSource named : NamedSources.of(settings, properties)) {
            try {
                sources.requireRoom(connection, named.destination(), named.source());
            } catch (TableTakenException e) {
                report.fault(named.named(), named.key(), e.getMessage());
            }
        }
    }

    /** Whether the metadata is there, in a version that can be asked. */
    private boolean isMetadataKnown(Connection connection) {
        MetadataSchema schema = new MetadataSchema(settings.metadataSchema());
        Optional<Integer> version;
        try {
            MetadataOwners.require(connection, schema);
            version = Migrations.version(connection, schema);
        } catch (SQLException e) {
            report.error(
                    SinkKeys.METADATA_SCHEMA,
                    "Cannot read the version of the metadata schema " + schema.name() + ": " + e.getMessage()
                            + ". Run the connector with the role that created it, or grant that role to this one.");
            return false;
        } catch (ConnectException e) {
            report.error(SinkKeys.METADATA_SCHEMA, e.getMessage());
            return false;
        }
        version.filter(found -> found > Migrations.VERSION)
                .ifPresent(found -> report.error(SinkKeys.METADATA_SCHEMA, Migrations.newerThanKnown(schema, found)));
        return version.isPresent() && version.get() <= Migrations.VERSION;
    }

    /** What the role may do in the database. */
    private record Rights(
            String role,
            String database,
            boolean canCreateSchemas,
            boolean canUseTemporaryTables,
            boolean hasMetadataSchema,
            boolean canCreateMetadata) {}
}
