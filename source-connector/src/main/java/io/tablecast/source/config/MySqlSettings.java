// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static io.tablecast.source.config.SourceKeys.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.Operation;
import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.record.TopicNames;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.TypeModes;
import io.tablecast.source.mysql.type.MySqlModes;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * The settings of a MySQL source.
 *
 * @param serverId of the first task
 * @param chunkRows how many rows one query of a copy reads
 * @param snapshotThreads how many tables of mode {@code snapshot} a task copies at once
 * @param tombstones whether each delete is followed by a record without a value
 * @param tableDefaults the settings of tables without keys of their own
 */
public record MySqlSettings(
        MySqlConnection connection,
        String topicPrefix,
        TableFilter tables,
        long serverId,
        PurgedPolicy purgedPolicy,
        int chunkRows,
        int snapshotThreads,
        boolean tombstones,
        Duration heartbeatInterval,
        Duration exactlyOnceCommit,
        MySqlModes modes,
        SchemaNames schemaNames,
        MySqlTableSettings tableDefaults,
        Map<TableId, MySqlTableSettings> tableOverrides) {

    /** Connect's own key of the connector's name. */
    private static final String NAME = "name";

    /** Numbers of our own making are above those that people give to servers. */
    private static final long FIRST_SERVER_ID = 1_000_000_000L;

    private static final Duration SNAPSHOT_INTERVAL = Duration.ofHours(1);
    private static final Duration INCREMENTAL_INTERVAL = Duration.ofSeconds(1);

    public MySqlSettings {
        requireNonNull(connection, "connection is null");
        requireNonNull(topicPrefix, "topicPrefix is null");
        requireNonNull(tables, "tables is null");
        requireNonNull(purgedPolicy, "purgedPolicy is null");
        requireNonNull(heartbeatInterval, "heartbeatInterval is null");
        requireNonNull(exactlyOnceCommit, "exactlyOnceCommit is null");
        requireNonNull(modes, "modes is null");
        requireNonNull(schemaNames, "schemaNames is null");
        requireNonNull(tableDefaults, "tableDefaults is null");
        tableOverrides = Map.copyOf(tableOverrides);
    }

    /**
     * Reads a connector's configuration.
     *
     * @throws org.apache.kafka.common.config.ConfigException naming the first key that is wrong
     */
    public static MySqlSettings parse(Map<String, String> properties) {
        AbstractConfig config = new AbstractConfig(MySqlDefinition.CONFIG, properties, false);
        Map<TableId, MySqlTableSettings> overrides = new TreeMap<>();
        TableKeys.read(properties, MySqlKeys.OF_TABLES)
                .forEach((table, keys) -> overrides.put(table, ofTable(properties, keys)));
        String name = properties.getOrDefault(NAME, config.getString(TOPIC_PREFIX));
        Long serverId = config.getLong(MySqlKeys.SERVER_ID);
        return new MySqlSettings(
                connection(config, properties, name),
                config.getString(TOPIC_PREFIX),
                new TableFilter(
                        TableFilter.parse(config.getString(TABLE_INCLUDE_LIST)),
                        TableFilter.parse(config.getString(TABLE_EXCLUDE_LIST))),
                serverId == null ? usualServerId(name + "/" + config.getString(TOPIC_PREFIX)) : serverId,
                Spelling.parse(PurgedPolicy.class, config.getString(MySqlKeys.BINLOG_PURGED_POLICY)),
                config.getInt(MySqlKeys.SNAPSHOT_CHUNK_ROWS),
                config.getInt(SNAPSHOT_MAX_THREADS),
                config.getBoolean(TOMBSTONES_ON_DELETE),
                Duration.ofMillis(config.getLong(HEARTBEAT_INTERVAL_MS)),
                Duration.ofMillis(config.getLong(EXACTLY_ONCE_COMMIT_MS)),
                modes(config),
                Spelling.parse(SchemaNames.class, config.getString(SCHEMA_NAME_ADJUSTMENT_MODE)),
                ofTable(properties, Map.of()),
                overrides);
    }

    /** The settings of a table. */
    public MySqlTableSettings of(TableId table) {
        return tableOverrides.getOrDefault(table, tableDefaults);
    }

    /** The topic of a table. */
    public String topic(TableId table) {
        String chosen = of(table).topic();
        return chosen.isEmpty() ? TopicNames.ofTable(topicPrefix, table) : chosen;
    }

    private static MySqlConnection connection(AbstractConfig config, Map<String, String> properties, String name) {
        Map<String, String> ofDriver = new TreeMap<>();
        properties.forEach((key, value) -> {
            if (key.startsWith(CONNECTION_PROPERTIES)) {
                ofDriver.put(key.substring(CONNECTION_PROPERTIES.length()), value);
            }
        });
        MySqlUrl url = MySqlUrl.parse(config.getString(CONNECTION_URL)).orElseThrow();
        return new MySqlConnection(
                url.host(),
                url.port(),
                config.getString(CONNECTION_USER),
                config.getPassword(CONNECTION_PASSWORD),
                new MySqlTls(
                        Spelling.parse(MySqlTls.Mode.class, config.getString(MySqlKeys.SSL_MODE)),
                        store(config, MySqlKeys.SSL_TRUSTSTORE),
                        store(config, MySqlKeys.SSL_KEYSTORE)),
                ofDriver,
                name);
    }

    private static Optional<MySqlTls.Store> store(AbstractConfig config, String prefix) {
        String location = config.getString(prefix + MySqlKeys.STORE_LOCATION);
        return location.isEmpty()
                ? Optional.empty()
                : Optional.of(new MySqlTls.Store(
                        location,
                        config.getPassword(prefix + MySqlKeys.STORE_PASSWORD),
                        config.getString(prefix + MySqlKeys.STORE_TYPE)));
    }

    private static MySqlTableSettings ofTable(Map<String, String> properties, Map<String, String> ofTable) {
        AbstractConfig config =
                new AbstractConfig(MySqlDefinition.CONFIG, TableKeys.merged(properties, ofTable), false);
        return new MySqlTableSettings(
                config.getList(COLUMNS),
                config.getString(CONDITION).strip(),
                config.getString(TOPIC),
                config.getList(KEY_COLUMNS),
                Spelling.parse(MySqlNoKeyPolicy.class, config.getString(NO_KEY_POLICY)),
                Spelling.parse(OnTableError.class, config.getString(ON_TABLE_ERROR)),
                Spelling.parse(OnTableReplaced.class, config.getString(MySqlKeys.ON_TABLE_REPLACED)),
                config.getList(SKIP_OPERATIONS).stream()
                        .map(code -> Operation.ofCode(code).orElseThrow())
                        .collect(Collectors.toSet()),
                Spelling.parse(SnapshotMode.class, config.getString(SNAPSHOT_MODE)),
                Spelling.parse(MySqlMode.class, config.getString(MODE)),
                runTimes(config),
                config.getInt(BATCH_MAX_ROWS),
                incremental(config));
    }

    private static RunTimes runTimes(AbstractConfig config) {
        String schedule = config.getString(SCHEDULE);
        if (!schedule.isEmpty()) {
            return new RunTimes.At(schedule);
        }
        Long interval = config.getLong(POLL_INTERVAL_MS);
        if (interval != null) {
            return new RunTimes.Every(Duration.ofMillis(interval));
        }
        return new RunTimes.Every(
                switch (Spelling.parse(MySqlMode.class, config.getString(MODE))) {
                    case BINLOG, SNAPSHOT -> SNAPSHOT_INTERVAL;
                    case INCREMENTAL -> INCREMENTAL_INTERVAL;
                });
    }

    private static IncrementalSettings incremental(AbstractConfig config) {
        Long boundary = config.getLong(BOUNDARY);
        return new IncrementalSettings(
                config.getString(CONTROL_COLUMN),
                ZoneId.of(config.getString(CONTROL_TIMEZONE)),
                boundary == null ? IncrementalSettings.UNSET : boundary,
                config.getString(START_VALUE),
                DstPause.parse(config.getString(DST_PAUSE)),
                Duration.ZERO);
    }

    private static MySqlModes modes(AbstractConfig config) {
        return new MySqlModes(
                Spelling.parse(TypeModes.DecimalMode.class, config.getString(DECIMAL_HANDLING_MODE)),
                Spelling.parse(
                        MySqlModes.UnsignedBigintMode.class, config.getString(MySqlKeys.BIGINT_UNSIGNED_HANDLING_MODE)),
                Spelling.parse(TypeModes.BinaryMode.class, config.getString(BINARY_HANDLING_MODE)),
                Spelling.parse(MySqlModes.ZeroDateMode.class, config.getString(MySqlKeys.ZERO_DATE_HANDLING_MODE)));
    }

    /** The same after each restart, so that the server ends what is left of an earlier connection. */
    private static long usualServerId(String name) {
        CRC32C hash = new CRC32C();
        hash.update(name.getBytes(UTF_8));
        return FIRST_SERVER_ID + (hash.getValue() & 0x7fff_ffffL);
    }
}
