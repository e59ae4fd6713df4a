// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.plugin;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/** Takes records and throws them away: what the worker alone can do. Its task writes down when they came. */
public final class DroppingSinkConnector extends SinkConnector {
    static final String PROGRESS_FILE = "progress.file";

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
        return DroppingSinkTask.class;
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
                .define(
                        PROGRESS_FILE,
                        ConfigDef.Type.STRING,
                        ConfigDef.Importance.HIGH,
                        "Where to write the next offset after each delivery.");
    }
}
