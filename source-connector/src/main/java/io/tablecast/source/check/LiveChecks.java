// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.check;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.ConfigReport;
import io.tablecast.source.config.Mode;
import io.tablecast.source.config.SourceKeys;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SourceCatalog;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks of a configuration against its database. Adds every fault to the report; used once, by one thread. */
final class LiveChecks {

    private static final Logger LOG = LoggerFactory.getLogger(LiveChecks.class);
    private static final Duration SERVER_PATIENCE = Duration.ofSeconds(4);
    private static final int OLDEST_VERSION = 140_000;

    private final ConfigReport report;
    private final SourceSettings settings;
    private final Connections connections;
    private final long begun = System.nanoTime();

    LiveChecks(ConfigReport report, SourceSettings settings) {
        this.report = report;
        this.settings = settings;
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
            check(connection);
        } catch (SQLException e) {
            report.error(
                    SourceKeys.CONNECTION_URL,
                    "The checks against " + connections.target() + " failed: " + e.getMessage());
        }
    }

    private void check(Connection connection) throws SQLException {
        if (!isVersionSupported(connection)
                || report.isWrong(SourceKeys.TABLE_INCLUDE_LIST)
                || report.isWrong(SourceKeys.TABLE_EXCLUDE_LIST)) {
            return;
        }
        SourceCatalog catalog = new SourceCatalog(connection, settings.records());
        List<TableId> tables =
                catalog.capturedTables(settings.tables(), settings.queue().schema());
        if (tables.isEmpty()) {
            report.error(
                    SourceKeys.TABLE_INCLUDE_LIST,
                    "Matches no table of " + connections.target() + ". Each expression must match the whole name"
                            + " schema.table in the catalog's spelling, for example public\\.orders.");
        }
        checkTableKeys(tables);
        boolean anyQueue = tables.stream().anyMatch(table -> settings.of(table).mode() == Mode.QUEUE);
        if (anyQueue) {
            QueueChecks queueChecks = new QueueChecks(report, settings, connection);
            queueChecks.checkServer(connections.target());
            queueChecks.checkSchema();
        }
        warnOfStatistics(connection, tables);
        new TableChecks(report, settings, connection, begun).check(tables);
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
                    SourceKeys.CONNECTION_URL,
                    "The server at " + connections.target() + " is PostgreSQL " + result.getString(2)
                            + "; Tablecast reads PostgreSQL 14 and newer. Upgrade the server.");
            return false;
        }
    }

    private void checkTableKeys(List<TableId> captured) {
        Map<TableId, Set<String>> keys = new TreeMap<>(report.tableKeys());
        keys.keySet().removeAll(captured);
        keys.forEach((table, ofTable) -> {
            if (settings.tables().includes(table)) {
                LOG.warn("The configuration has keys for table {}, which does not exist yet", table);
                return;
            }
            ofTable.forEach(key -> report.error(
                    report.keyOf(table, key),
                    "The table " + table + " is not captured: it does not match table.include.list, or matches"
                            + " table.exclude.list. Correct the name, which is case-sensitive, or the lists."));
        });
    }

    private void warnOfStatistics(Connection connection, List<TableId> tables) throws SQLException {
        boolean wantsProof = tables.stream()
                .map(settings::of)
                .anyMatch(table -> table.mode() == Mode.SNAPSHOT && table.skipUnchanged());
        if (!wantsProof) {
            return;
        }
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW track_counts")) {
            result.next();
            if (!result.getString(1).equals("on")) {
                LOG.warn(
                        "track_counts is off at {}: no table can be proven unchanged, so every run copies",
                        connections.target());
            }
        }
    }
}
