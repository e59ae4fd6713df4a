// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.TablecastVersion;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.check.ConfigValidation;
import io.tablecast.source.config.SourceDefinition;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.metrics.ConnectorMetrics;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/** Replicates tables of a PostgreSQL database into Kafka, each in the mode that suits it. Made and driven by Connect. */
public final class PostgresSourceConnector extends SourceConnector {

    private Map<String, String> properties = Map.of();
    private TableMonitor monitor;

    @Override
    public String version() {
        return TablecastVersion.version();
    }

    @Override
    public ConfigDef config() {
        return SourceDefinition.CONFIG;
    }

    @Override
    public Config validate(Map<String, String> connectorProperties) {
        return ConfigValidation.validate(connectorProperties);
    }

    @Override
    public void start(Map<String, String> connectorProperties) {
        properties = Map.copyOf(connectorProperties);
        monitor = new TableMonitor(SourceSettings.parse(properties), context(), ConnectorMetrics.create(context()));
        monitor.start();
    }

    @Override
    public Class<? extends Task> taskClass() {
        return PostgresSourceTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<List<TableId>> assigned = TableAssignment.spread(monitor.tables(), maxTasks);
        return IntStream.range(0, assigned.size())
                .mapToObj(task -> TaskSettings.properties(properties, task, assigned.get(task)))
                .toList();
    }

    @Override
    public void stop() {
        if (monitor != null) {
            monitor.stop();
        }
    }

    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorProperties) {
        return ExactlyOnceSupport.SUPPORTED;
    }

    @Override
    public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> connectorProperties) {
        return ConnectorTransactionBoundaries.SUPPORTED;
    }

    @Override
    public boolean alterOffsets(Map<String, String> connectorProperties, Map<Map<String, ?>, Map<String, ?>> offsets) {
        OffsetRequests.check(connectorProperties, offsets);
        return true;
    }
}
