// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceConnectorContext;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** A connector with one task, without a worker and a broker. For use by one thread. */
public final class TaskAlone implements AutoCloseable {
    private final SourceConnector connector;
    private final SourceTask task;

    private TaskAlone(SourceConnector connector, SourceTask task) {
        this.connector = connector;
        this.task = task;
    }

    /**
     * Starts both.
     *
     * @param offset what is stored for each table; empty when nothing is
     */
    public static TaskAlone start(
            SourceConnector connector, SourceTask task, Map<String, String> properties, Map<String, Object> offset) {
        connector.initialize(new NoWorker());
        connector.start(properties);
        Map<String, String> ofTask = connector.taskConfigs(1).get(0);
        task.initialize(new OneOffset(ofTask, offset));
        task.start(ofTask);
        return new TaskAlone(connector, task);
    }

    /** The records that are ready; the same as {@link SourceTask#poll}. */
    public List<SourceRecord> poll() throws InterruptedException {
        return task.poll();
    }

    @Override
    public void close() {
        task.stop();
        connector.stop();
    }

    private static final class NoWorker implements SourceConnectorContext {
        @Override
        public void requestTaskReconfiguration() {
            // The table list does not change.
        }

        @Override
        public void raiseError(Exception failure) {
            throw new IllegalStateException(failure);
        }

        @Override
        public OffsetStorageReader offsetStorageReader() {
            return new OneOffset(Map.of(), Map.of());
        }

        @Override
        public PluginMetrics pluginMetrics() {
            return null;
        }
    }

    private record OneOffset(Map<String, String> configs, Map<String, Object> offset)
            implements SourceTaskContext, OffsetStorageReader {
        @Override
        public OffsetStorageReader offsetStorageReader() {
            return this;
        }

        @Override
        public PluginMetrics pluginMetrics() {
            return null;
        }

        @Override
        public <T> Map<String, Object> offset(Map<String, T> partition) {
            return offset.isEmpty() ? null : offset;
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
            Map<Map<String, T>, Map<String, Object>> stored = new HashMap<>();
            partitions.forEach(partition -> stored.put(partition, offset(partition)));
            return stored;
        }
    }
}
