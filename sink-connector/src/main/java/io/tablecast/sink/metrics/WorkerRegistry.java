// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metrics;

import io.tablecast.contract.table.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Measurable;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * Shows metrics through the worker. The only class that mentions what workers before Kafka 4.1 do not have.
 *
 * <p>A worker starts a task anew before the old one has ended where that one hangs in a call to a broker that is away.
 * The names are taken then, and are asked for again until the old task has given them back. For the task's thread.
 */
final class WorkerRegistry implements TaskMetrics.MetricRegistry {

    private final PluginMetrics metrics;
    private final Map<MetricName, Measurable> waiting = new LinkedHashMap<>();
    private final Map<TableId, List<MetricName>> names = new HashMap<>();

    WorkerRegistry(PluginMetrics metrics) {
        this.metrics = metrics;
    }

    static TaskMetrics.MetricRegistry of(SinkTaskContext context) {
        PluginMetrics metrics = context.pluginMetrics();
        return metrics == null ? new TaskMetrics.Nowhere() : new WorkerRegistry(metrics);
    }

    @Override
    public void register(TableId table, TableMetrics figures) {
        add(table, figures, "rows-applied", "Changes and snapshot rows committed since the start", TableMetrics::rows);
        add(table, figures, "batches", "Transactions with changes of the table", TableMetrics::batches);
        add(table, figures, "snapshots", "Snapshots loaded and switched in", TableMetrics::snapshots);
        add(table, figures, "errors", "Records put aside", TableMetrics::rejectedRecords);
        add(table, figures, "quarantined", "1 while nothing is written to the table", TableMetrics::quarantine);
        add(
                table,
                figures,
                "lag-seconds",
                "Since the oldest change happened at the source that is read and not committed; 0 when idle",
                TableMetrics::lagSeconds);
        add(
                table,
                figures,
                "last-success-ms",
                "When the table was last written, in milliseconds since 1970",
                TableMetrics::lastSuccess);
    }

    @Override
    public void remove(TableId table) {
        for (MetricName name : names.getOrDefault(table, List.of())) {
            if (waiting.remove(name) == null) {
                metrics.removeMetric(name);
            }
        }
        names.remove(table);
    }

    @Override
    public void registerRetries(LongSupplier retries) {
        Measurable measurable = (config, now) -> retries.getAsLong();
        show(
                metrics.metricName("retries", "How often the destination was tried again", new LinkedHashMap<>()),
                measurable);
    }

    private void add(
            TableId table,
            TableMetrics figures,
            String name,
            String description,
            ToDoubleFunction<TableMetrics> figure) {
        LinkedHashMap<String, String> tags = new LinkedHashMap<>();
        tags.put("table", table.toString());
        MetricName metric = metrics.metricName(name, description, tags);
        Measurable measurable = (config, now) -> figure.applyAsDouble(figures);
        names.computeIfAbsent(table, missing -> new ArrayList<>()).add(metric);
        show(metric, measurable);
    }

    @Override
    public void showWaiting() {
        waiting.entrySet().removeIf(each -> isShown(each.getKey(), each.getValue()));
    }

    private void show(MetricName name, Measurable measurable) {
        if (!isShown(name, measurable)) {
            waiting.put(name, measurable);
        }
    }

    private boolean isShown(MetricName name, Measurable measurable) {
        try {
            metrics.addMetric(name, measurable);
            return true;
        } catch (IllegalArgumentException takenByTheOldTask) {
            return false;
        }
    }
}
