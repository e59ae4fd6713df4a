// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one task does: the connector's settings and the tables that are its own.
 *
 * @param number counts the connector's tasks from 0
 */
record TaskSettings(SourceSettings source, int number, List<TableId> tables) {

    private static final String TABLES = "tablecast.task.tables";
    private static final String NUMBER = "tablecast.task.number";

    TaskSettings {
        requireNonNull(source, "source is null");
        tables = List.copyOf(tables);
    }

    static TaskSettings parse(Map<String, String> properties) {
        return new TaskSettings(SourceSettings.parse(properties), number(properties), tables(properties));
    }

    /** The number of the task that a configuration is of. */
    static int number(Map<String, String> properties) {
        return Integer.parseInt(properties.get(NUMBER));
    }

    /** The tables of the task that a configuration is of. */
    static List<TableId> tables(Map<String, String> properties) {
        return TableAssignment.decode(properties.get(TABLES));
    }

    /** The configuration of a task, from the connector's. */
    static Map<String, String> properties(Map<String, String> ofConnector, int number, List<TableId> tables) {
        Map<String, String> properties = new LinkedHashMap<>(ofConnector);
        properties.put(NUMBER, Integer.toString(number));
        properties.put(TABLES, TableAssignment.encode(tables));
        return properties;
    }

    /** The name of the connector and the number of the task, for names of threads. */
    String label() {
        return source.connection().connector() + "-" + number;
    }

    SourcePartition partition(TableId table) {
        return new SourcePartition(source.records().topicPrefix(), table);
    }

    List<SourcePartition> partitions() {
        return tables.stream().map(this::partition).toList();
    }
}
