// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.check;

import io.tablecast.sink.check.NamedTables.Certainty;
import io.tablecast.sink.check.NamedTables.NamedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The faults of a configuration, each on the key to correct. Thread-safe. */
final class Report {

    private static final Logger LOG = LoggerFactory.getLogger(Report.class);

    private final Map<String, ConfigValue> values = new TreeMap<>();
    private final Map<String, String> properties;

    /** Begins with what the definition says of single values. */
    Report(ConfigDef definition, Map<String, String> properties) {
        this.properties = Map.copyOf(properties);
        definition.validate(properties).forEach(value -> values.put(value.name(), value));
    }

    synchronized void error(String key, String message) {
        values.computeIfAbsent(
                        key, unknown -> new ConfigValue(unknown, properties.get(unknown), List.of(), new ArrayList<>()))
                .addErrorMessage(message);
    }

    /** An error if records surely go to the table, else a warning in the log. */
    void fault(NamedTable named, String key, String message) {
        if (named.certainty() == Certainty.NAMED) {
            error(key, message);
        } else {
            LOG.warn("Unless the records of the topic name another table than {}: {}", named.id(), message);
        }
    }

    synchronized boolean isRight(String key) {
        ConfigValue value = values.get(key);
        return value == null || value.errorMessages().isEmpty();
    }

    synchronized Config toConfig() {
        return new Config(List.copyOf(values.values()));
    }
}
