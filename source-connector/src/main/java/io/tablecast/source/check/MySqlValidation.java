// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.check;

import io.tablecast.contract.record.TopicNames;
import io.tablecast.contract.table.KeyChoice;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlKeys;
import io.tablecast.source.config.MySqlMode;
import io.tablecast.source.config.MySqlNoKeyPolicy;
import io.tablecast.source.config.MySqlReport;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.config.MySqlTableSettings;
import io.tablecast.source.config.MySqlTls;
import io.tablecast.source.config.SourceKeys;
import io.tablecast.source.config.ThroughputWarnings;
import io.tablecast.source.mysql.BinlogGrants;
import io.tablecast.source.mysql.MySqlCatalog;
import io.tablecast.source.mysql.MySqlConnections;
import io.tablecast.source.mysql.MySqlServer;
import io.tablecast.source.mysql.MySqlTlsContext;
import io.tablecast.source.mysql.TableKey;
import io.tablecast.source.mysql.TlsFailures;
import io.tablecast.source.mysql.type.MySqlColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.Config;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code validate} of the MySQL source: every fault at once, each on the key to correct; never an exception. */
public final class MySqlValidation {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlValidation.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int ACCESS_DENIED = 1045;
    private static final int MISSING_ON_TABLE = 1142;

    private MySqlValidation() {}

    /** Checks a configuration; also against its server, when nothing is wrong with it by itself. */
    public static Config validate(Map<String, String> properties) {
        MySqlReport report = MySqlReport.of(properties);
        if (!report.strangers().isEmpty()) {
            LOG.warn("Neither Tablecast nor Connect knows these keys: {}", String.join(", ", report.strangers()));
        }
        ThroughputWarnings.of(properties).forEach(warning -> LOG.warn("This makes the connector slow: {}", warning));
        if (report.isFaultless()) {
            checkLive(report, MySqlSettings.parse(properties));
        }
        return report.toConfig();
    }

    private static void checkLive(MySqlReport report, MySqlSettings settings) {
        MySqlConnections connections = new MySqlConnections(settings.connection());
        if (!hasReadableStores(report, settings.connection().tls())) {
            return;
        }
        try (Connection connection = connections.open(PATIENCE)) {
            MySqlServer server = MySqlServer.read(connection);
            MySqlCatalog catalog = new MySqlCatalog(connection, server);
            if (needsBinlog(settings, catalog)) {
                checkSameServer(report, connections, server);
                checkPrivileges(report, server, connection);
                server.obstacles(connection).forEach(obstacle -> report.error(SourceKeys.CONNECTION_URL, obstacle));
            }
            checkTables(report, settings, connections, server, catalog);
        } catch (SQLException e) {
            reportFailure(report, connections, e);
        }
    }

    private static void reportFailure(MySqlReport report, MySqlConnections connections, SQLException failure) {
        Optional<String> ofTls = TlsFailures.reason(failure);
        if (ofTls.isPresent()) {
            report.error(MySqlKeys.SSL_MODE, "Cannot use " + connections.target() + ": " + ofTls.get());
            return;
        }
        report.error(
                failure.getErrorCode() == ACCESS_DENIED ? SourceKeys.CONNECTION_USER : SourceKeys.CONNECTION_URL,
                "Cannot use " + connections.target() + ": " + failure.getMessage());
    }

    private static boolean hasReadableStores(MySqlReport report, MySqlTls tls) {
        tls.trusted()
                .flatMap(MySqlTlsContext::fault)
                .ifPresent(fault -> report.error(MySqlKeys.SSL_TRUSTSTORE + MySqlKeys.STORE_LOCATION, fault));
        tls.own()
                .flatMap(MySqlTlsContext::fault)
                .ifPresent(fault -> report.error(MySqlKeys.SSL_KEYSTORE + MySqlKeys.STORE_LOCATION, fault));
        return report.isFaultless();
    }

    /** Something between may send each connection to another server. */
    private static void checkSameServer(MySqlReport report, MySqlConnections connections, MySqlServer server)
            throws SQLException {
        try (Connection second = connections.open(PATIENCE)) {
            String uuid = MySqlServer.read(second).uuid();
            if (!uuid.equals(server.uuid())) {
                report.error(
                        SourceKeys.CONNECTION_URL,
                        "Two connections have reached two servers, " + server.uuid() + " and " + uuid
                                + ". The binlog and what queries see must come from one: name one server, not what"
                                + " chooses among several.");
            }
        }
    }

    private static boolean needsBinlog(MySqlSettings settings, MySqlCatalog catalog) throws SQLException {
        List<TableId> tables = catalog.tables(settings.tables());
        return tables.isEmpty()
                ? settings.tableDefaults().mode() == MySqlMode.BINLOG
                : tables.stream().anyMatch(table -> settings.of(table).mode() == MySqlMode.BINLOG);
    }

    private static void checkPrivileges(MySqlReport report, MySqlServer server, Connection connection)
            throws SQLException {
        List<String> missing = new BinlogGrants(connection, server).missing();
        missing.forEach(grant -> report.error(SourceKeys.CONNECTION_USER, grant));
        if (missing.isEmpty()) {
            server.copyObstacle(connection).ifPresent(obstacle -> report.error(SourceKeys.CONNECTION_URL, obstacle));
        }
    }

    private static void checkTables(
            MySqlReport report,
            MySqlSettings settings,
            MySqlConnections connections,
            MySqlServer server,
            MySqlCatalog catalog)
            throws SQLException {
        List<TableId> tables = catalog.tables(settings.tables());
        if (tables.isEmpty()) {
            report.error(
                    SourceKeys.TABLE_INCLUDE_LIST,
                    "Matches no table of " + connections.target() + " that the user may read. Each expression must"
                            + " match the whole name database.table, for example shop\\.orders; GRANT SELECT on the"
                            + " tables TO the user.");
        }
        Map<TableId, String> topics = new HashMap<>();
        for (TableId table : tables) {
            topics.put(table, settings.topic(table));
            checkTable(report, settings, catalog, table);
            if (!server.logsCascades()) {
                warnOfCascades(table, catalog.cascades(table));
            }
        }
        TopicNames.faults(topics).forEach(fault -> report.error(SourceKeys.TABLE_INCLUDE_LIST, fault.message()));
    }

    private static void warnOfCascades(TableId table, List<String> cascades) {
        if (!cascades.isEmpty()) {
            LOG.warn(
                    "The foreign keys {} of {} let the server change rows itself, and this server does not write that"
                            + " into its binlog: such changes do not arrive. Let the application make them, or copy the"
                            + " table again now and then by deleting its offset.",
                    cascades,
                    table);
        }
    }

    private static void checkTable(MySqlReport report, MySqlSettings settings, MySqlCatalog catalog, TableId table)
            throws SQLException {
        try {
            Optional<MySqlCatalog.Described> described = catalog.describe(table);
            if (described.isPresent() && isReadable(report, catalog, table)) {
                checkColumns(report, settings.of(table), table, described.get());
                if (settings.of(table).mode() == MySqlMode.INCREMENTAL) {
                    new MySqlControlChecks(report, table, settings.of(table)).check(described.get());
                }
                catalog.conditionFault(table, settings.of(table).condition())
                        .ifPresent(fault -> report.error(
                                report.keyOf(table, SourceKeys.CONDITION),
                                "The condition of " + table + " cannot be evaluated: " + fault));
            }
        } catch (IllegalArgumentException unknownType) {
            report.error(
                    SourceKeys.TABLE_INCLUDE_LIST,
                    "Cannot read " + table + ": " + unknownType.getMessage()
                            + ". Leave the table out by table.exclude.list.");
        }
    }

    private static boolean isReadable(MySqlReport report, MySqlCatalog catalog, TableId table) throws SQLException {
        try {
            catalog.open(table);
            return true;
        } catch (SQLException e) {
            if (e.getErrorCode() != MISSING_ON_TABLE) {
                throw e;
            }
            report.error(
                    SourceKeys.TABLE_INCLUDE_LIST,
                    "The user may not read " + table + ". GRANT SELECT ON it TO the user, or leave it out by"
                            + " table.exclude.list.");
            return false;
        }
    }

    private static void checkColumns(
            MySqlReport report, MySqlTableSettings settings, TableId table, MySqlCatalog.Described described) {
        List<String> names = described.columns().stream().map(MySqlColumn::name).toList();
        List<String> unknown = settings.columns().stream()
                .filter(name -> !names.contains(name))
                .toList();
        if (!unknown.isEmpty()) {
            report.error(
                    report.keyOf(table, SourceKeys.COLUMNS),
                    table + " has no columns " + unknown + "; its columns are " + names + ".");
            return;
        }
        boolean needsKey = settings.mode() == MySqlMode.BINLOG && settings.noKeyPolicy() == MySqlNoKeyPolicy.FAIL;
        // Other modes need no key, but a key that somebody names must be there.
        boolean namesKey =
                settings.mode() != MySqlMode.BINLOG && !settings.keyColumns().isEmpty();
        if ((needsKey || namesKey) && TableKey.choice(described, settings) instanceof KeyChoice.None none) {
            report.error(
                    settings.keyColumns().isEmpty()
                            ? SourceKeys.TABLE_INCLUDE_LIST
                            : report.keyOf(table, SourceKeys.KEY_COLUMNS),
                    "Cannot read " + table + " in mode " + settings.mode().configName() + ": " + none.reason()
                            + ". Add a primary key, name columns in table." + table
                            + ".key.columns, set no.key.policy=append, with which its rows come without a key and a sink"
                            + " can only add them, or leave the table out by table.exclude.list.");
        }
    }
}
