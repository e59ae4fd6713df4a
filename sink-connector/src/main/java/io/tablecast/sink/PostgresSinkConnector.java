// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.TablecastVersion;
import io.tablecast.sink.check.ConfigValidation;
import io.tablecast.sink.config.SinkDefinition;
import io.tablecast.sink.config.SinkSettings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/** Applies change events to PostgreSQL tables. Loaded by Connect; all work is done by its tasks. */
public final class PostgresSinkConnector extends SinkConnector {

    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return TablecastVersion.version();
    }

    @Override
    public ConfigDef config() {
        return SinkDefinition.CONFIG;
    }

    @Override
    public Config validate(Map<String, String> connectorConfigs) {
        return ConfigValidation.validate(connectorConfigs);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return PostgresSinkTask.class;
    }

    @Override
    public void start(Map<String, String> started) {
        properties = Map.copyOf(started);
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return Collections.nCopies(maxTasks, properties);
    }

    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<TopicPartition, Long> offsets) {
        return OffsetRequests.alter(SinkSettings.parse(connectorConfig), offsets);
    }

    @Override
    public void stop() {
        properties = Map.of();
    }
}
