// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.pipeline;

import io.tablecast.cli.connect.Deployed;
import io.tablecast.contract.record.TopicNames;
import io.tablecast.contract.table.KeyChoice;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.Mode;
import io.tablecast.source.config.NoKeyPolicy;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.config.TableFilter;
import io.tablecast.source.config.TableSettings;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.MissingColumnsException;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A PostgreSQL source connector. */
public final class PostgresSource implements DescribedSource {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Deployed connector;
    private final SourceSettings settings;
    private final Connections connections;

    /** @param resolved the connector's settings without placeholders */
    public PostgresSource(Deployed connector, Map<String, String> resolved) {
        this.connector = connector;
        this.settings = SourceSettings.parse(resolved);
        this.connections = new Connections(settings.connection());
    }

    @Override
    public Deployed connector() {
        return connector;
    }

    public SourceSettings settings() {
        return settings;
    }

    public Connections connections() {
        return connections;
    }

    @Override
    public List<CapturedTable> tables(Map<TableId, Map<String, Object>> offsets) throws SQLException {
        try (Connection connection = connections.open(PATIENCE)) {
            SourceCatalog catalog = new SourceCatalog(connection, settings.records());
            Map<TableId, Long> estimates = estimates(connection);
            List<CapturedTable> tables = new ArrayList<>();
            for (TableId id :
                    catalog.capturedTables(settings.tables(), settings.queue().schema())) {
                Map<String, Object> offset = offsets.getOrDefault(id, Map.of());
                // What has an offset is read; only of the others the catalog must tell whether they ever will be.
                Optional<String> remark = offset.isEmpty() ? remark(catalog, id) : Optional.of("");
                remark.ifPresent(text -> tables.add(table(id, offset, text, estimates)));
            }
            return tables;
        }
    }

    @Override
    public List<TableId> everyTable() throws SQLException {
        try (Connection connection = connections.open(PATIENCE)) {
            return new SourceCatalog(connection, settings.records())
                    .capturedTables(TableFilter.everything(), settings.queue().schema());
        }
    }

    @Override
    public Optional<SourceShape> shape(TableId table) throws SQLException {
        try (Connection connection = connections.open(PATIENCE)) {
            return new SourceCatalog(connection, settings.records())
                    .table(table, settings.of(table))
                    .map(found ->
                            new SourceShape(found.structure(), found.envelopes().rowSchema()));
        }
    }

    private CapturedTable table(TableId id, Map<String, Object> offset, String remark, Map<TableId, Long> estimates) {
        TableSettings ofTable = settings.of(id);
        Long estimate = estimates.get(id);
        return new CapturedTable(
                id,
                String.valueOf(offset.getOrDefault("mode", ofTable.mode().configName())),
                ofTable.topic().isEmpty()
                        ? TopicNames.ofTable(settings.records().topicPrefix(), id)
                        : ofTable.topic(),
                ofTable.snapshotMode(),
                ofTable.mode() == Mode.INCREMENTAL ? ofTable.incremental().startValue() : "",
                estimate == null ? OptionalLong.empty() : OptionalLong.of(estimate),
                offset,
                overdue(ofTable, offset),
                remark);
    }

    /** What is to be said of a table that has no offset yet; empty when the connector leaves it out. */
    private Optional<String> remark(SourceCatalog catalog, TableId id) throws SQLException {
        TableSettings ofTable = settings.of(id);
        try {
            Optional<SourceTable> found = catalog.table(id, ofTable);
            boolean lacksKey = ofTable.mode() == Mode.QUEUE
                    && found.isPresent()
                    && found.get().key() instanceof KeyChoice.None;
            if (!lacksKey || ofTable.noKeyPolicy() == NoKeyPolicy.SNAPSHOT) {
                return Optional.of("");
            }
            return ofTable.noKeyPolicy() == NoKeyPolicy.SKIP ? Optional.empty() : Optional.of("it has no key");
        } catch (MissingColumnsException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static Optional<Duration> overdue(TableSettings ofTable, Map<String, Object> offset) {
        if (ofTable.mode() != Mode.SNAPSHOT || !(offset.get("checked") instanceof String checked)) {
            return Optional.empty();
        }
        Duration late = Duration.between(ofTable.runTimes().nextAfter(Instant.parse(checked)), Instant.now());
        return Optional.of(late.isNegative() ? Duration.ZERO : late);
    }

    /** Rows as the planner believes; a partitioned table has what its partitions have. */
    private static Map<TableId, Long> estimates(Connection connection) throws SQLException {
        Map<TableId, Long> estimates = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT n.nspname, c.relname,
                               CASE WHEN c.relkind = 'p' THEN (
                                   SELECT sum(leaf.reltuples) FROM pg_catalog.pg_partition_tree(c.oid) AS tree
                                   JOIN pg_catalog.pg_class AS leaf ON leaf.oid = tree.relid
                                   WHERE tree.isleaf AND leaf.reltuples >= 0)
                               ELSE c.reltuples END
                        FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                        WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT LIKE 'pg\\_%'""")) {
            while (rows.next()) {
                long estimate = Math.round(rows.getDouble(3));
                if (!rows.wasNull() && estimate > 0) {
                    estimates.put(new TableId(rows.getString(1), rows.getString(2)), estimate);
                }
            }
        }
        return estimates;
    }

    @Override
    public Map<TableId, Double> waiting(Map<TableId, Instant> applied) throws SQLException {
        try (Connection connection = connections.open(PATIENCE)) {
            Map<TableId, Double> waiting = new HashMap<>();
            for (Map.Entry<TableId, String> queue :
                    new QueueTables(settings.queue().schema()).read(connection).entrySet()) {
                TableId table = queue.getKey();
                if (settings.tables().includes(table) && settings.of(table).mode() == Mode.QUEUE) {
                    waiting.put(table, waiting(connection, queue.getValue(), applied.get(table)));
                }
            }
            return waiting;
        }
    }

    /** Changes leave the queue some time after they were applied: those are passed over. */
    private static double waiting(Connection connection, String queue, Instant applied) throws SQLException {
        String sql = """
                SELECT extract(epoch FROM clock_timestamp() - changed_at) FROM %s
                WHERE changed_at > ?::timestamptz + interval '1 ms' ORDER BY id LIMIT 1""".formatted(queue);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, applied == null ? "-infinity" : applied.toString());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Math.max(0, rows.getDouble(1)) : 0;
            }
        }
    }
}
