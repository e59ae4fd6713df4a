// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import io.tablecast.contract.table.TableId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;

/** What is wrong with the configuration of a MySQL source, key by key. Thread-safe. */
public final class MySqlReport {

    private final Map<String, String> properties;
    private final Map<String, ConfigValue> values = new LinkedHashMap<>();
    private final List<String> strangers = new ArrayList<>();
    private boolean isClosed;

    private MySqlReport(Map<String, String> properties) {
        this.properties = properties;
        MySqlDefinition.CONFIG.validate(properties).forEach(value -> values.put(value.name(), value));
        properties.keySet().stream().sorted().forEach(this::checkKey);
        checkRunTimes(properties, SourceKeys.SCHEDULE);
        TableKeys.read(properties, MySqlKeys.OF_TABLES)
                .forEach((table, ofTable) -> checkRunTimes(ofTable, TableKeys.of(table, SourceKeys.SCHEDULE)));
        TableKeys.read(properties, MySqlKeys.OF_TABLES)
                .forEach((table, ofTable) -> ofTable.keySet()
                        .forEach(key -> MySqlDefinition.CONFIG
                                .validateAll(TableKeys.merged(properties, ofTable))
                                .get(key)
                                .errorMessages()
                                .forEach(message -> error(TableKeys.of(table, key), message))));
    }

    /** Checks all that can be checked without the database. */
    public static MySqlReport of(Map<String, String> properties) {
        return new MySqlReport(properties);
    }

    /** Adds a message to a key, defined or not. */
    public synchronized void error(String key, String message) {
        if (!isClosed) {
            values.computeIfAbsent(
                            key, name -> new ConfigValue(name, properties.get(name), List.of(), new ArrayList<>()))
                    .addErrorMessage(message);
        }
    }

    /** The key that sets something for a table: its own, where it has one. */
    public String keyOf(TableId table, String key) {
        String own = TableKeys.of(table, key);
        return properties.containsKey(own) ? own : key;
    }

    public synchronized boolean isFaultless() {
        return values.values().stream().allMatch(value -> value.errorMessages().isEmpty());
    }

    /** Keys that neither Tablecast nor Connect knows, and that resemble none of ours. */
    public List<String> strangers() {
        return List.copyOf(strangers);
    }

    /** The report as Connect wants it. */
    public synchronized Config toConfig() {
        isClosed = true;
        return new Config(List.copyOf(values.values()));
    }

    private void checkRunTimes(Map<String, String> oneLevel, String reportedKey) {
        if (!oneLevel.getOrDefault(SourceKeys.SCHEDULE, "").isEmpty()
                && oneLevel.containsKey(SourceKeys.POLL_INTERVAL_MS)) {
            error(reportedKey, "schedule and poll.interval.ms exclude each other; remove one of them.");
        }
    }

    private void checkKey(String key) {
        if (MySqlDefinition.CONFIG.names().contains(key) || KeyFaults.isOfConnect(key)) {
            return;
        }
        if (key.startsWith(SourceKeys.CONNECTION_PROPERTIES)) {
            if (key.toLowerCase(Locale.ROOT).contains("password")) {
                error(key, "Anyone may see this password. Move it to " + SourceKeys.CONNECTION_PASSWORD + ".");
            }
            return;
        }
        if (TableKeys.isOfTable(key)) {
            checkOfTable(key);
            return;
        }
        if (SourceDefinition.CONFIG.names().contains(key)) {
            error(key, "The MySQL source has no setting \"" + key + "\". Remove it.");
            return;
        }
        Optional<String> meant = KeyFaults.closest(key, MySqlDefinition.CONFIG.names());
        if (meant.isPresent()) {
            error(key, "Unknown key \"" + key + "\". Did you mean \"" + meant.get() + "\"?");
            return;
        }
        strangers.add(key);
    }

    private void checkOfTable(String key) {
        TableKeys.TableKey tableKey = TableKeys.parse(key);
        if (!MySqlKeys.OF_TABLES.contains(tableKey.key())) {
            error(
                    key,
                    "Unknown key \"" + key + "\". A table can have "
                            + String.join(
                                    ", ", MySqlKeys.OF_TABLES.stream().sorted().toList())
                            + ", as table.<database>.<table>.<key>, names with dots in double quotes.");
        }
    }
}
