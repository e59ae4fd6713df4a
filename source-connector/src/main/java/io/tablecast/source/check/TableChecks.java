// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.check;

import io.tablecast.contract.record.TopicNames;
import io.tablecast.contract.table.KeyChoice;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.ConfigReport;
import io.tablecast.source.config.Mode;
import io.tablecast.source.config.NoKeyPolicy;
import io.tablecast.source.config.SourceKeys;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.config.TableSettings;
import io.tablecast.source.postgres.MissingColumnsException;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Whether each captured table can be read as its settings say. */
final class TableChecks {

    private final ConfigReport report;
    private final SourceSettings settings;
    private final Connection connection;
    private final SourceCatalog catalog;
    private final QueueChecks queueChecks;

    TableChecks(ConfigReport report, SourceSettings settings, Connection connection) {
        this.report = report;
        this.settings = settings;
        this.connection = connection;
        this.catalog = new SourceCatalog(connection, settings.records());
        this.queueChecks = new QueueChecks(report, settings, connection);
    }

    /** Checks tables until the thread is interrupted, because time is over. */
    void check(List<TableId> tables) throws SQLException {
        Map<TableId, String> topics = new TreeMap<>();
        for (TableId id : tables) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            read(id).ifPresent(table -> topics.put(id, table.topic()));
        }
        if (!report.isWrong(SourceKeys.TOPIC_PREFIX)) {
            TopicNames.faults(topics).forEach(fault -> report.error(SourceKeys.TOPIC_PREFIX, fault));
        }
    }

    private Optional<SourceTable> read(TableId id) throws SQLException {
        TableSettings ofTable = settings.of(id);
        try {
            Optional<SourceTable> table = catalog.table(id, ofTable);
            if (table.isPresent()) {
                check(table.get());
            }
            return table;
        } catch (MissingColumnsException e) {
            report.error(report.keyOf(id, SourceKeys.COLUMNS), e.getMessage());
            return Optional.empty();
        }
    }

    private void check(SourceTable table) throws SQLException {
        checkKey(table);
        if (canBeRead(table)) {
            checkCondition(table);
        }
        if (table.settings().mode() != Mode.QUEUE) {
            return;
        }
        if (!table.kind().isStored()) {
            report.error(
                    report.keyOf(table.id(), SourceKeys.MODE),
                    table.id() + " is a " + table.kind().description() + ", which cannot have the triggers of mode"
                            + " queue. Set table." + table.id() + ".mode=snapshot, or exclude it.");
            return;
        }
        queueChecks.checkTriggers(table);
    }

    private void checkKey(SourceTable table) {
        if (!(table.key() instanceof KeyChoice.None none)) {
            return;
        }
        if (!table.settings().keyColumns().isEmpty()) {
            report.error(
                    report.keyOf(table.id(), SourceKeys.KEY_COLUMNS),
                    "Table " + table.id() + ": " + none.reason() + ".");
            return;
        }
        boolean isRefused = table.settings().mode() == Mode.QUEUE
                && table.kind().isStored()
                && table.settings().noKeyPolicy() == NoKeyPolicy.FAIL;
        if (isRefused) {
            report.error(
                    report.keyOf(table.id(), SourceKeys.NO_KEY_POLICY),
                    "Table " + table.id() + " has no key that mode queue can use: " + none.reason()
                            + ". Add a primary key, name the columns in key.columns, or set no.key.policy to skip or"
                            + " snapshot.");
        }
    }

    private boolean canBeRead(SourceTable table) throws SQLException {
        String[] columns = table.structure().columns().stream()
                .map(column -> column.name())
                .toArray(String[]::new);
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE'),
                       pg_catalog.has_table_privilege(c.oid, 'SELECT')
                       OR NOT EXISTS (SELECT FROM pg_catalog.unnest(?::text[]) AS name
                                      WHERE NOT pg_catalog.has_column_privilege(c.oid, name, 'SELECT')),
                       pg_catalog.quote_ident(current_user),
                       c.relnamespace::regnamespace::text
                FROM pg_catalog.pg_class c WHERE c.oid = ?::oid""")) {
            statement.setArray(1, connection.createArrayOf("text", columns));
            statement.setLong(2, table.oid());
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                String role = result.getString(3);
                if (!result.getBoolean(1)) {
                    report.error(
                            SourceKeys.TABLE_INCLUDE_LIST,
                            "Role " + role + " may not use the schema of " + table.id() + ". Run GRANT USAGE ON SCHEMA "
                                    + result.getString(4) + " TO " + role + ", or exclude the table.");
                    return false;
                }
                if (!result.getBoolean(2)) {
                    report.error(
                            SourceKeys.TABLE_INCLUDE_LIST,
                            "Role " + role + " may not read " + table.id() + ". Run GRANT SELECT ON "
                                    + table.quotedName() + " TO " + role + ", or exclude the table.");
                    return false;
                }
                return true;
            }
        }
    }

    private void checkCondition(SourceTable table) throws SQLException {
        if (table.settings().condition().isEmpty()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("EXPLAIN " + table.query());
        } catch (SQLException e) {
            if (e.getSQLState() == null || e.getSQLState().startsWith("08")) {
                throw e;
            }
            report.error(
                    report.keyOf(table.id(), SourceKeys.CONDITION),
                    "The condition of " + table.id() + " is not one that the server accepts: " + e.getMessage());
        }
    }
}
