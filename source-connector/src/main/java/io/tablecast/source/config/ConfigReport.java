// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import io.tablecast.contract.table.TableId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;

/** What is wrong with a configuration, key by key. Thread-safe; what is reported after {@link #toConfig} is ignored. */
public final class ConfigReport {

    /** What stands in for a required value that is missing or wrong, so that the others can still be checked. */
    private static final Map<String, String> STAND_INS = Map.of(
            SourceKeys.MODE, Mode.SNAPSHOT.configName(),
            SourceKeys.TOPIC_PREFIX, "unnamed",
            SourceKeys.TABLE_INCLUDE_LIST, ".*");

    private final Map<String, String> properties;
    private final Map<String, ConfigValue> values = new LinkedHashMap<>();
    private final List<String> strangers;
    private boolean isClosed;

    private ConfigReport(Map<String, String> properties, KeyFaults keys) {
        this.properties = properties;
        this.strangers = keys.strangers();
        SourceDefinition.CONFIG.validate(properties).forEach(value -> values.put(value.name(), value));
        keys.errors().forEach(this::error);
        TableKeys.read(properties).forEach(this::checkTable);
        checkRunTimes(properties, SourceKeys.SCHEDULE);
    }

    /** Checks all that can be checked without the database. */
    public static ConfigReport of(Map<String, String> properties) {
        return new ConfigReport(properties, KeyFaults.of(properties));
    }

    /** Adds a message to a key, defined or not. */
    public synchronized void error(String key, String message) {
        if (isClosed) {
            return;
        }
        values.computeIfAbsent(key, name -> new ConfigValue(name, properties.get(name), List.of(), new ArrayList<>()))
                .addErrorMessage(message);
    }

    public synchronized boolean isWrong(String key) {
        return values.containsKey(key) && !values.get(key).errorMessages().isEmpty();
    }

    /** Keys that neither Tablecast nor Connect knows, and that resemble none of ours. */
    public List<String> strangers() {
        return List.copyOf(strangers);
    }

    /**
     * The configuration with defaults in the place of values that are wrong: something to check the rest with.
     *
     * @throws org.apache.kafka.common.config.ConfigException when the connection's own values are wrong
     */
    public SourceSettings usable() {
        Map<String, String> usable = new LinkedHashMap<>(properties);
        usable.keySet().removeIf(key -> isWrong(key) && !key.startsWith("connection."));
        STAND_INS.forEach((key, value) -> usable.computeIfAbsent(key, missing -> value));
        return SourceSettings.parse(usable);
    }

    /** The key under which a table's value of a setting stands: its own, if it has one, or the connector's. */
    public String keyOf(TableId table, String key) {
        String ofTable = TableKeys.of(table, key);
        return properties.containsKey(ofTable) ? ofTable : key;
    }

    /** The tables that have keys of their own, with these keys. */
    public Map<TableId, Set<String>> tableKeys() {
        Map<TableId, Set<String>> keys = new LinkedHashMap<>();
        TableKeys.read(properties).forEach((table, ofTable) -> keys.put(table, ofTable.keySet()));
        return keys;
    }

    /** The report as Connect wants it. */
    public synchronized Config toConfig() {
        isClosed = true;
        return new Config(List.copyOf(values.values()));
    }

    private void checkTable(TableId table, Map<String, String> ofTable) {
        Map<String, ConfigValue> merged = SourceDefinition.CONFIG.validateAll(TableKeys.merged(properties, ofTable));
        ofTable.keySet()
                .forEach(key ->
                        merged.get(key).errorMessages().forEach(message -> error(TableKeys.of(table, key), message)));
        checkRunTimes(ofTable, TableKeys.of(table, SourceKeys.SCHEDULE));
    }

    private void checkRunTimes(Map<String, String> oneLevel, String reportedKey) {
        if (!oneLevel.getOrDefault(SourceKeys.SCHEDULE, "").isEmpty()
                && oneLevel.containsKey(SourceKeys.POLL_INTERVAL_MS)
                && !Mode.QUEUE.configName().equals(oneLevel.get(SourceKeys.MODE))) {
            error(reportedKey, "schedule and poll.interval.ms exclude each other; remove one of them.");
        }
    }
}
