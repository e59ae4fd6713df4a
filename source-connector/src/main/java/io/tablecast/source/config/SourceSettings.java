// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static io.tablecast.source.config.SourceKeys.*;
import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.TypeModes;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * All settings of one source connector, typed.
 *
 * @param snapshotThreads with how many connections a task copies at once
 * @param snapshotChunkRows how many rows of a large table are read at a time
 * @param heartbeatInterval zero when none are sent
 * @param exactlyOnceCommit for how long a Kafka transaction gathers records
 * @param tableDefaults the settings of a table without keys of its own
 * @param tableOverrides the settings of the tables that have keys of their own
 */
public record SourceSettings(
        ConnectionSettings connection,
        RecordSettings records,
        TableFilter tables,
        QueueSettings queue,
        int snapshotThreads,
        int snapshotChunkRows,
        Duration heartbeatInterval,
        Duration exactlyOnceCommit,
        TableSettings tableDefaults,
        Map<TableId, TableSettings> tableOverrides) {

    /** Connect's own key of the connector's name. */
    private static final String NAME = "name";

    public SourceSettings {
        requireNonNull(connection, "connection is null");
        requireNonNull(records, "records is null");
        requireNonNull(tables, "tables is null");
        requireNonNull(queue, "queue is null");
        requireNonNull(heartbeatInterval, "heartbeatInterval is null");
        requireNonNull(exactlyOnceCommit, "exactlyOnceCommit is null");
        requireNonNull(tableDefaults, "tableDefaults is null");
        tableOverrides = Map.copyOf(tableOverrides);
    }

    /**
     * Reads a connector's configuration.
     *
     * @throws org.apache.kafka.common.config.ConfigException naming the first key that is wrong
     */
    public static SourceSettings parse(Map<String, String> properties) {
        AbstractConfig config = new AbstractConfig(SourceDefinition.CONFIG, properties, false);
        Map<TableId, TableSettings> overrides = new TreeMap<>();
        TableKeys.read(properties).forEach((table, keys) -> overrides.put(table, tableSettings(properties, keys)));
        return new SourceSettings(
                connection(config, properties),
                records(config),
                new TableFilter(
                        TableFilter.parse(config.getString(TABLE_INCLUDE_LIST)),
                        TableFilter.parse(config.getString(TABLE_EXCLUDE_LIST))),
                queue(config),
                config.getInt(SNAPSHOT_MAX_THREADS),
                config.getInt(SNAPSHOT_CHUNK_ROWS),
                Duration.ofMillis(config.getLong(HEARTBEAT_INTERVAL_MS)),
                Duration.ofMillis(config.getLong(EXACTLY_ONCE_COMMIT_MS)),
                tableSettings(properties, Map.of()),
                overrides);
    }

    /** The settings of a table. */
    public TableSettings of(TableId table) {
        return tableOverrides.getOrDefault(table, tableDefaults);
    }

    private static TableSettings tableSettings(Map<String, String> properties, Map<String, String> ofTable) {
        return TableSettingsParser.parse(
                new AbstractConfig(SourceDefinition.CONFIG, TableKeys.merged(properties, ofTable), false));
    }

    private static ConnectionSettings connection(AbstractConfig config, Map<String, String> properties) {
        Map<String, String> ofDriver = new TreeMap<>();
        properties.forEach((key, value) -> {
            if (key.startsWith(CONNECTION_PROPERTIES)) {
                ofDriver.put(key.substring(CONNECTION_PROPERTIES.length()), value);
            }
        });
        return new ConnectionSettings(
                config.getString(CONNECTION_URL),
                config.getString(CONNECTION_USER),
                config.getPassword(CONNECTION_PASSWORD),
                ofDriver,
                properties.getOrDefault(NAME, config.getString(TOPIC_PREFIX)));
    }

    private static RecordSettings records(AbstractConfig config) {
        TypeModes modes = new TypeModes(
                Spelling.parse(TypeModes.DecimalMode.class, config.getString(DECIMAL_HANDLING_MODE)),
                Spelling.parse(TypeModes.IntervalMode.class, config.getString(INTERVAL_HANDLING_MODE)),
                Spelling.parse(TypeModes.BinaryMode.class, config.getString(BINARY_HANDLING_MODE)),
                Spelling.parse(TypeModes.ArrayMode.class, config.getString(ARRAY_HANDLING_MODE)));
        return new RecordSettings(
                config.getString(TOPIC_PREFIX),
                modes,
                Spelling.parse(SchemaNames.class, config.getString(SCHEMA_NAME_ADJUSTMENT_MODE)),
                config.getBoolean(TOMBSTONES_ON_DELETE),
                TableFilter.parse(config.getString(COLUMN_PROPAGATE_SOURCE_TYPE)));
    }

    private static QueueSettings queue(AbstractConfig config) {
        return new QueueSettings(
                config.getString(QUEUE_SCHEMA),
                Spelling.parse(QueueSetupMode.class, config.getString(QUEUE_SETUP)),
                Duration.ofMillis(config.getLong(QUEUE_CONSUMER_MAX_AGE_MS)));
    }
}
