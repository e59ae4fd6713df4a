// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.pipeline;

import io.tablecast.cli.connect.Deployed;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.ForeignKey;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.source.config.MySqlMode;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.config.MySqlTableSettings;
import io.tablecast.source.config.TableFilter;
import io.tablecast.source.mysql.BinlogTable;
import io.tablecast.source.mysql.MySqlCatalog;
import io.tablecast.source.mysql.MySqlConnections;
import io.tablecast.source.mysql.MySqlRows;
import io.tablecast.source.mysql.MySqlRows.Shape;
import io.tablecast.source.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** A source connector of MySQL or MariaDB. */
public final class MySqlSource implements DescribedSource {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Deployed connector;
    private final MySqlSettings settings;
    private final MySqlConnections connections;

    /** @param resolved the connector's settings without placeholders */
    public MySqlSource(Deployed connector, Map<String, String> resolved) {
        this.connector = connector;
        this.settings = MySqlSettings.parse(resolved);
        this.connections = new MySqlConnections(settings.connection());
    }

    @Override
    public Deployed connector() {
        return connector;
    }

    public MySqlSettings settings() {
        return settings;
    }

    @Override
    public List<CapturedTable> tables(Map<TableId, Map<String, Object>> offsets) throws SQLException {
        try (Connection connection = connections.open(PATIENCE)) {
            MySqlCatalog catalog = new MySqlCatalog(connection, MySqlServer.read(connection));
            List<CapturedTable> tables = new ArrayList<>();
            for (TableId id : catalog.tables(settings.tables())) {
                tables.add(table(id, offsets.getOrDefault(id, Map.of()), catalog.estimatedRows(id)));
            }
            return tables;
        }
    }

    /** A server holds databases of others too: those count that something is captured of. */
    @Override
    public List<TableId> everyTable() throws SQLException {
        try (Connection connection = connections.open(PATIENCE)) {
            MySqlCatalog catalog = new MySqlCatalog(connection, MySqlServer.read(connection));
            Set<String> databases = catalog.tables(settings.tables()).stream()
                    .map(TableId::schema)
                    .collect(Collectors.toSet());
            return catalog.tables(TableFilter.everything()).stream()
                    .filter(table -> databases.contains(table.schema()))
                    .toList();
        }
    }

    @Override
    public Optional<SourceShape> shape(TableId table) throws SQLException {
        Optional<Shape> shape;
        try (MySqlRows rows = rows(table)) {
            shape = rows.shape();
        }
        if (shape.isEmpty()) {
            return Optional.empty();
        }
        TableStructure found = shape.get().structure();
        TableStructure withKeys = new TableStructure(
                found.table(),
                found.database(),
                found.columns(),
                found.key(),
                found.indexes(),
                foreignKeys(found),
                found.sequences(),
                found.comment());
        return Optional.of(new SourceShape(withKeys, shape.get().schema()));
    }

    /** Records do not tell them: those on columns that are replicated. */
    private List<ForeignKey> foreignKeys(TableStructure structure) throws SQLException {
        List<String> columns = structure.columns().stream().map(Column::name).toList();
        try (Connection connection = connections.open(PATIENCE)) {
            return new MySqlCatalog(connection, MySqlServer.read(connection))
                    .foreignKeys(structure.table()).stream()
                            .filter(key -> columns.containsAll(key.columns()))
                            .toList();
        }
    }

    /** The rows of a table, as its records hold them; to be closed. */
    public MySqlRows rows(TableId table) throws SQLException {
        return new MySqlRows(
                settings,
                new BinlogTable(
                        new SourcePartition(settings.topicPrefix(), table),
                        settings.of(table),
                        settings.topic(table),
                        Map.of()));
    }

    /** What waits in the binlog cannot be asked for. */
    @Override
    public Map<TableId, Double> waiting(Map<TableId, Instant> applied) {
        return Map.of();
    }

    private CapturedTable table(TableId id, Map<String, Object> offset, long estimatedRows) {
        MySqlTableSettings ofTable = settings.of(id);
        return new CapturedTable(
                id,
                String.valueOf(offset.getOrDefault("mode", ofTable.mode().configName())),
                settings.topic(id),
                ofTable.snapshotMode(),
                ofTable.mode() == MySqlMode.INCREMENTAL ? ofTable.incremental().startValue() : "",
                OptionalLong.of(estimatedRows),
                offset,
                overdue(ofTable, offset),
                "");
    }

    private static Optional<Duration> overdue(MySqlTableSettings ofTable, Map<String, Object> offset) {
        if (ofTable.mode() != MySqlMode.SNAPSHOT || !(offset.get("checked") instanceof String checked)) {
            return Optional.empty();
        }
        Duration late = Duration.between(ofTable.runTimes().nextAfter(Instant.parse(checked)), Instant.now());
        return Optional.of(late.isNegative() ? Duration.ZERO : late);
    }
}
