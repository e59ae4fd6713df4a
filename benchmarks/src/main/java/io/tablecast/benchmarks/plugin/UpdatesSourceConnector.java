// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.plugin;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.SourceConnector;

/** Writes updates of distinct rows, in an order that is not that of their keys, into partition 0 of a topic. */
public final class UpdatesSourceConnector extends SourceConnector {
    static final String TOPIC = "topic";
    static final String RECORDS = "records";

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
        return UpdatesSourceTask.class;
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
                .define(RECORDS, ConfigDef.Type.LONG, ConfigDef.Importance.HIGH, "How many records to write.");
    }
}
