// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.metrics;

import io.tablecast.contract.table.TableId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.Measurable;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceTaskContext;

/**
 * Shows metrics through the worker. The only class that mentions what workers before Kafka 4.1 do not have.
 *
 * <p>A worker starts a task anew before the old one has ended where that one hangs in a call to a broker that is away.
 * The names are taken then, and are asked for again until the old task has given them back.
 */
final class WorkerRegistry implements TaskMetrics.MetricRegistry {

    private final PluginMetrics metrics;
    private final Map<MetricName, MetricValueProvider<?>> waiting = new LinkedHashMap<>();

    WorkerRegistry(PluginMetrics metrics) {
        this.metrics = metrics;
    }

    static TaskMetrics.MetricRegistry of(SourceTaskContext context) {
        PluginMetrics metrics = context.pluginMetrics();
        return metrics == null ? new TaskMetrics.Nowhere() : new WorkerRegistry(metrics);
    }

    @Override
    public void register(TableId table, TableMetrics figures) {
        add(table, "records", "Records handed to the worker since the task started", figures::records);
        add(table, "bytes", "Bytes read for these records, roughly", figures::bytes);
        add(table, "lag-seconds", "How far the table is behind the source; 0 when idle", figures::lagSeconds);
        add(table, "snapshot-rows-done", "Rows read by the last copy", figures::copiedRows);
        add(
                table,
                "snapshot-rows-estimated",
                "Rows that the last copy has, as far as is known",
                figures::estimatedRows);
        add(
                table,
                "last-success-ms",
                "When the last run or batch ended well, in milliseconds since 1970",
                figures::lastSuccess);
        add(table, "queue-rows", "Rows in the queue of the table", figures::queuedRows);
        add(
                table,
                "queue-oldest-seconds",
                "How long ago the oldest row of the queue was written",
                figures::oldestQueuedSeconds);
        Gauge<String> heldBy = (config, now) -> figures.queueHeldBy();
        show(name(table, "queue-held-by", "What keeps rows of the queue, or their remains"), heldBy);
        add(table, "failures-in-a-row", "Failed tries since the last success", figures::failuresInARow);
    }

    @Override
    public void register(TableId table, ControlMetrics figures) {
        add(
                table,
                "rows-without-control",
                "Rows whose control column is NULL or infinity, when they were last counted",
                figures::rowsWithoutControl);
        add(
                table,
                "rows-late",
                "Rows found since the task started that came with control values already read",
                figures::lateRows);
        add(
                table,
                "held-back-seconds",
                "For how long a prepared transaction has held reading back; 0 when none does",
                figures::heldSeconds);
    }

    @Override
    public void register(TableId table, BinlogMetrics figures) {
        add(
                table,
                "binlog-purge-seconds",
                "For how long the server keeps at least what the table needs of the binlog",
                figures::purgeSeconds);
        add(table, "binlog-kept-seconds", "For how long the server keeps its binlog", figures::keptSeconds);
        add(table, "binlog-purged", "1 when what the table needs is purged, else 0", figures::purged);
    }

    private void add(TableId table, String name, String description, DoubleSupplier figure) {
        Measurable measurable = (config, now) -> figure.getAsDouble();
        show(name(table, name, description), measurable);
    }

    private MetricName name(TableId table, String name, String description) {
        LinkedHashMap<String, String> tags = new LinkedHashMap<>();
        tags.put("table", table.toString());
        return metrics.metricName(name, description, tags);
    }

    @Override
    public synchronized void showWaiting() {
        waiting.entrySet().removeIf(each -> isShown(each.getKey(), each.getValue()));
    }

    private synchronized void show(MetricName name, MetricValueProvider<?> measurable) {
        if (!isShown(name, measurable)) {
            waiting.put(name, measurable);
        }
    }

    private boolean isShown(MetricName name, MetricValueProvider<?> measurable) {
        try {
            metrics.addMetric(name, measurable);
            return true;
        } catch (IllegalArgumentException takenByTheOldTask) {
            return false;
        }
    }
}
