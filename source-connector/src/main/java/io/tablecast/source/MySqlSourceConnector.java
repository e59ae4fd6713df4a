// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.TablecastVersion;
import io.tablecast.contract.offset.BinlogOffset;
import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.check.MySqlValidation;
import io.tablecast.source.config.MySqlDefinition;
import io.tablecast.source.config.MySqlMode;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.config.SourceKeys;
import io.tablecast.source.mysql.KeyForm;
import io.tablecast.source.mysql.MySqlConnections;
import io.tablecast.source.mysql.MySqlFailures;
import io.tablecast.source.mysql.PlaceChecks;
import io.tablecast.source.postgres.CapturedTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/** Replicates tables of a MySQL or MariaDB server into Kafka, each in the mode that suits it. Made and driven by Connect. */
public final class MySqlSourceConnector extends SourceConnector {

    private Map<String, String> properties = Map.of();
    private MySqlTableMonitor monitor;

    @Override
    public String version() {
        return TablecastVersion.version();
    }

    @Override
    public ConfigDef config() {
        return MySqlDefinition.CONFIG;
    }

    @Override
    public Config validate(Map<String, String> connectorProperties) {
        return MySqlValidation.validate(connectorProperties);
    }

    @Override
    public void start(Map<String, String> connectorProperties) {
        properties = Map.copyOf(connectorProperties);
        monitor = new MySqlTableMonitor(MySqlSettings.parse(properties), context());
        monitor.start();
    }

    @Override
    public Class<? extends Task> taskClass() {
        return MySqlSourceTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<List<TableId>> assigned = TableAssignment.spread(tables(), maxTasks);
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
        List<String> faults = new ArrayList<>();
        Map<TableId, BinlogOffset> places = new TreeMap<>();
        String prefix = connectorProperties.getOrDefault(SourceKeys.TOPIC_PREFIX, "");
        offsets.forEach((partition, offset) -> {
            try {
                SourcePartition named = SourcePartition.of(partition);
                if (!named.topicPrefix().equals(prefix) || !named.toMap().equals(partition)) {
                    faults.add("Source partition " + partition + " must be written as it is stored: "
                            + new SourcePartition(prefix, named.table()).toMap() + ".");
                }
                // No offset means: copy the table again.
                if (offset != null) {
                    MySqlMode mode = MySqlSettings.parse(connectorProperties)
                            .of(named.table())
                            .mode();
                    check(mode, offset);
                    if (mode == MySqlMode.BINLOG) {
                        places.put(named.table(), BinlogOffset.of(offset));
                    }
                }
            } catch (InvalidOffset e) {
                faults.add(e.getMessage());
            }
        });
        if (faults.isEmpty()) {
            faults.addAll(faults(connectorProperties, places));
        }
        if (!faults.isEmpty()) {
            throw new ConnectException(String.join(" ", faults));
        }
        return true;
    }

    private static void check(MySqlMode mode, Map<String, ?> offset) {
        Object ofOffset = offset.get(OffsetCodec.MODE);
        if (ofOffset != null && !mode.configName().equals(ofOffset)) {
            throw new InvalidOffset("Offset " + offset + " is of mode " + ofOffset + ", and the table is read in mode "
                    + mode.configName() + ". Send an offset of that mode, or null to begin anew.");
        }
        switch (mode) {
            case BINLOG -> BinlogOffset.of(offset);
            case SNAPSHOT, INCREMENTAL -> OffsetCodec.decode(offset);
        }
        KeyForm.require(offset);
    }

    private static List<String> faults(Map<String, String> properties, Map<TableId, BinlogOffset> places) {
        if (places.isEmpty()) {
            return List.of();
        }
        MySqlSettings settings = MySqlSettings.parse(properties);
        try {
            return PlaceChecks.faults(settings, places);
        } catch (SQLException e) {
            throw MySqlFailures.of(
                    "Cannot check the offsets against the source", new MySqlConnections(settings.connection()), e);
        }
    }

    private List<CapturedTable> tables() {
        // Sizes would tell nothing: each task receives the whole binlog, and a table's share of it is not known.
        return monitor.tables().stream()
                .map(table -> new CapturedTable(table, 0))
                .toList();
    }
}
