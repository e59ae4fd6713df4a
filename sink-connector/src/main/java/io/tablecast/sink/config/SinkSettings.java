// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.metadata.LoadRecords;
import io.tablecast.sink.postgres.ConnectionSettings;
import io.tablecast.sink.structure.IdentifierCase;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * All settings of one sink connector, typed.
 *
 * @param metadataSchema the schema of the metadata tables
 * @param namespace under which offsets are stored
 * @param lockTimeout how long DDL waits for readers
 * @param toleratesErrors whether records that the destination refuses are put aside ({@code errors.tolerance=all})
 * @param nulMode what becomes of U+0000 in texts
 * @param history what the metadata schema keeps of the past
 * @param tableDefaults the settings of a table without keys of its own
 * @param tableOverrides the settings of the tables that have keys of their own
 */
public record SinkSettings(
        ConnectionSettings connection,
        TableNaming naming,
        BatchSettings batch,
        String metadataSchema,
        String namespace,
        Duration lockTimeout,
        boolean toleratesErrors,
        NulMode nulMode,
        HistorySettings history,
        TableSettings tableDefaults,
        Map<TableId, TableSettings> tableOverrides) {

    /** Connect's own key of the connector's name. */
    private static final String NAME = "name";

    private static final String ERRORS_TOLERANCE = "errors.tolerance";

    public SinkSettings {
        requireNonNull(connection, "connection is null");
        requireNonNull(naming, "naming is null");
        requireNonNull(batch, "batch is null");
        requireNonNull(metadataSchema, "metadataSchema is null");
        requireNonNull(namespace, "namespace is null");
        requireNonNull(lockTimeout, "lockTimeout is null");
        requireNonNull(nulMode, "nulMode is null");
        requireNonNull(history, "history is null");
        requireNonNull(tableDefaults, "tableDefaults is null");
        tableOverrides = Map.copyOf(tableOverrides);
    }

    /**
     * Reads a connector's configuration.
     *
     * @throws org.apache.kafka.common.config.ConfigException naming the first key that is wrong
     */
    public static SinkSettings parse(Map<String, String> properties) {
        AbstractConfig config = new AbstractConfig(SinkDefinition.CONFIG, properties, false);
        Map<TableId, TableSettings> overrides = new TreeMap<>();
        TableKeys.read(properties).forEach((table, keys) -> overrides.put(table, tableSettings(properties, keys)));
        return new SinkSettings(
                connection(config, properties),
                new TableNaming(
                        config.getString(SinkKeys.TABLE_NAME_FORMAT),
                        TableNaming.schemaMapping(config.getList(SinkKeys.SCHEMA_MAPPING)),
                        TableNaming.tableMapping(config.getList(SinkKeys.TABLE_MAPPING)),
                        Spelling.parse(IdentifierCase.class, config.getString(SinkKeys.IDENTIFIER_CASE))),
                new BatchSettings(
                        config.getInt(SinkKeys.BATCH_MAX_ROWS),
                        config.getLong(SinkKeys.BATCH_MAX_BYTES),
                        Duration.ofMillis(config.getLong(SinkKeys.BATCH_LINGER_MS)),
                        Duration.ofMillis(config.getLong(SinkKeys.FOREIGN_KEY_WAIT_MS))),
                config.getString(SinkKeys.METADATA_SCHEMA),
                namespace(config, properties),
                Duration.ofMillis(config.getLong(SinkKeys.LOCK_TIMEOUT_MS)),
                "all".equals(properties.get(ERRORS_TOLERANCE)),
                Spelling.parse(NulMode.class, config.getString(SinkKeys.NUL_MODE)),
                history(config),
                tableSettings(properties, Map.of()),
                overrides);
    }

    /** Whether it is known which connector a configuration is of; {@code PUT .../config/validate} needs no name. */
    public static boolean isNamed(Map<String, String> properties) {
        return properties.containsKey(NAME);
    }

    /** The settings of a destination table. */
    public TableSettings of(TableId table) {
        return tableOverrides.getOrDefault(table, tableDefaults);
    }

    private static HistorySettings history(AbstractConfig config) {
        return new HistorySettings(
                config.getBoolean(SinkKeys.RUN_LOG) ? LoadRecords.RunLog.KEPT : LoadRecords.RunLog.LEFT_OUT,
                Duration.ofMillis(config.getLong(SinkKeys.METADATA_RETENTION_MS)));
    }

    private static String namespace(AbstractConfig config, Map<String, String> properties) {
        String namespace = config.getString(SinkKeys.OFFSET_NAMESPACE);
        return namespace.isEmpty() ? connectorName(properties) : namespace;
    }

    private static String connectorName(Map<String, String> properties) {
        return properties.getOrDefault(NAME, "sink");
    }

    private static TableSettings tableSettings(Map<String, String> properties, Map<String, String> ofTable) {
        return TableSettings.parse(
                new AbstractConfig(SinkDefinition.CONFIG, TableKeys.merged(properties, ofTable), false));
    }

    private static ConnectionSettings connection(AbstractConfig config, Map<String, String> properties) {
        Map<String, String> ofDriver = new TreeMap<>();
        properties.forEach((key, value) -> {
            if (key.startsWith(SinkKeys.CONNECTION_PROPERTIES)) {
                ofDriver.put(key.substring(SinkKeys.CONNECTION_PROPERTIES.length()), value);
            }
        });
        return new ConnectionSettings(
                config.getString(SinkKeys.CONNECTION_URL),
                config.getString(SinkKeys.CONNECTION_USER),
                config.getPassword(SinkKeys.CONNECTION_PASSWORD),
                ofDriver,
                connectorName(properties));
    }
}
