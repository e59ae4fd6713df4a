// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.plugin;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * Hands out change events that are made beforehand, as fast as the worker takes them: first rows of a copy, then, when a
 * file appears, updates. No source can be faster.
 */
public final class ReadyRecordsConnector extends SourceConnector {
    static final String TOPIC = "topic";
    static final String ROWS = "rows";
    static final String UPDATES = "updates";
    static final String SIGNAL_FILE = "signal.file";

    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return "1";
    }

    @Override
    public void start(Map<String, String> configuration) {
        properties = Map.copyOf(configuration);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return ReadyRecordsTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return List.of(properties);
    }

    @Override
    public void stop() {
        // Nothing is open.
    }

    @Override
    public ConfigDef config() {
        return new ConfigDef()
                .define(TOPIC, ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "The topic to fill.")
                .define(ROWS, ConfigDef.Type.LONG, ConfigDef.Importance.HIGH, "How many rows of a copy to write.")
                .define(UPDATES, ConfigDef.Type.LONG, ConfigDef.Importance.HIGH, "How many updates follow.")
                .define(
                        SIGNAL_FILE,
                        ConfigDef.Type.STRING,
                        ConfigDef.Importance.HIGH,
                        "The updates are written when this file exists.");
    }
}
