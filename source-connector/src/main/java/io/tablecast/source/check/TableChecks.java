// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.check;

import io.tablecast.contract.record.TopicNames;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.KeyChoice;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.ConfigReport;
import io.tablecast.source.config.Mode;
import io.tablecast.source.config.NoKeyPolicy;
import io.tablecast.source.config.SourceKeys;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.postgres.Identifiers;
import io.tablecast.source.postgres.MissingColumnsException;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether each captured table can be read as its settings say. */
final class TableChecks {

    private static final Logger LOG = LoggerFactory.getLogger(TableChecks.class);

    /** Less than what all checks together may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private final ConfigReport report;
    private final SourceSettings settings;
    private final Connection connection;
    private final long begun;
    private final SourceCatalog catalog;
    private final QueueChecks queueChecks;

    /** @param begun when the checks began, of which connecting may have taken a part ({@link System#nanoTime()}) */
    TableChecks(ConfigReport report, SourceSettings settings, Connection connection, long begun) {
        this.report = report;
        this.settings = settings;
        this.connection = connection;
        this.begun = begun;
        this.catalog = new SourceCatalog(connection, settings.records());
        this.queueChecks = new QueueChecks(report, settings, connection);
    }

    /**
     * Checks tables for as long as a request may take. With thousands of tables some are left to the tasks, which check
     * all of them again.
     */
    void check(List<TableId> tables) throws SQLException {
        if (!report.isWrong(SourceKeys.TOPIC_PREFIX)) {
            TopicNames.faults(topics(tables)).forEach(this::report);
        }
        for (TableId id : tables) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                LOG.warn(
                        "Checked the tables before {} of {}; the others are checked when tasks start",
                        id,
                        tables.size());
                return;
            }
            read(id);
        }
    }

    /** On the setting that a name comes from. */
    private void report(TopicNames.Fault fault) {
        Set<String> keys = new TreeSet<>();
        for (TableId id : fault.tables()) {
            if (!settings.of(id).topic().isEmpty()) {
                keys.add(report.keyOf(id, SourceKeys.TOPIC));
            }
        }
        if (keys.isEmpty()) {
            keys.add(SourceKeys.TOPIC_PREFIX);
        }
        keys.forEach(key -> report.error(key, fault.message()));
    }

    private Map<TableId, String> topics(List<TableId> tables) {
        Map<TableId, String> topics = new TreeMap<>();
        tables.forEach(id -> topics.put(id, settings.records().topic(id, settings.of(id))));
        return topics;
    }

    private void read(TableId id) throws SQLException {
        try {
            Optional<SourceTable> table = catalog.table(id, settings.of(id));
            if (table.isPresent()) {
                check(table.get());
            }
        } catch (MissingColumnsException e) {
            report.error(report.keyOf(id, SourceKeys.COLUMNS), e.getMessage());
        }
    }

    private void check(SourceTable table) throws SQLException {
        checkKey(table);
        if (canBeRead(table)) {
            checkCondition(table);
        }
        if (table.settings().mode() == Mode.INCREMENTAL) {
            new ControlChecks(report, connection).check(table);
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
            checkNullableKey(table);
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
                    report.keyOf(table.id(), keyIsLeftOut(table) ? SourceKeys.COLUMNS : SourceKeys.NO_KEY_POLICY),
                    "Table " + table.id() + " has no key that mode queue can use: " + none.reason()
                            + ". Add a primary key, name the columns in key.columns, or set no.key.policy to skip or"
                            + " snapshot.");
        }
    }

    /** Whether the table has a primary key, and its settings do not replicate all of it. */
    private static boolean keyIsLeftOut(SourceTable table) {
        return table.structure().indexes().stream().anyMatch(index -> index.kind() == Index.Kind.PRIMARY);
    }

    /** Columns that a user names may be NULL, and two rows without a value would be one at the destination. */
    private void checkNullableKey(SourceTable table) {
        if (table.settings().mode() != Mode.QUEUE
                || table.settings().keyColumns().isEmpty()) {
            return;
        }
        List<String> nullable = table.structure().columns().stream()
                .filter(column -> column.nullable() && table.key().columns().contains(column.name()))
                .map(Column::name)
                .toList();
        if (!nullable.isEmpty()) {
            report.error(
                    report.keyOf(table.id(), SourceKeys.KEY_COLUMNS),
                    "The key columns " + nullable + " of " + table.id() + " may be NULL, and a key must not. Run "
                            + nullable.stream()
                                    .map(name -> "ALTER TABLE " + table.quotedName() + " ALTER COLUMN "
                                            + Identifiers.quote(name) + " SET NOT NULL")
                                    .collect(Collectors.joining("; "))
                            + ", or name other columns.");
        }
    }

    private boolean canBeRead(SourceTable table) throws SQLException {
        String[] columns = table.structure().columns().stream()
                .map(column -> column.name())
                .toArray(String[]::new);
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE'),
                       pg_catalog.has_table_privilege(c.oid, 'SELECT')
                       OR ? AND NOT EXISTS (SELECT FROM pg_catalog.unnest(?::text[]) AS name
                                      WHERE NOT pg_catalog.has_column_privilege(c.oid, name, 'SELECT')),
                       pg_catalog.quote_ident(current_user),
                       c.relnamespace::regnamespace::text,
                       pg_catalog.row_security_active(c.oid)
                FROM pg_catalog.pg_class c WHERE c.oid = ?::oid""")) {
            // Mode queue locks the table, for which rights on all its columns are not enough.
            statement.setBoolean(1, table.settings().mode() != Mode.QUEUE);
            statement.setArray(2, connection.createArrayOf("text", columns));
            statement.setLong(3, table.oid());
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
                if (result.getBoolean(5)) {
                    report.error(
                            SourceKeys.TABLE_INCLUDE_LIST,
                            "Row-level security may hide rows of " + table.id() + " from role " + role
                                    + ". Run ALTER ROLE " + role + " BYPASSRLS, or exclude the table.");
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
        String sql = "EXPLAIN " + table.query();
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            if (e.getSQLState() == null || e.getSQLState().startsWith("08")) {
                throw e;
            }
            report.error(
                    report.keyOf(table.id(), SourceKeys.CONDITION),
                    "The condition of " + table.id() + " is not one that the server accepts: "
                            + serverMessage(e, sql.lastIndexOf(table.settings().condition())));
        }
    }

    /** What the server says, and where in the text that begins at the given place of the statement. */
    private static String serverMessage(SQLException failure, int start) {
        ServerErrorMessage server = failure instanceof PSQLException ofServer ? ofServer.getServerErrorMessage() : null;
        if (server == null || server.getPosition() <= start) {
            return failure.getMessage();
        }
        return server.getSeverity() + ": " + server.getMessage() + " at character " + (server.getPosition() - start)
                + " of the condition.";
    }
}
