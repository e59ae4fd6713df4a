// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.junit.jupiter.api.Test;

/** With the worker's own implementation, which refuses a name that is taken. */
final class WorkerRegistryTest {

    private static final TableId ITEMS = new TableId("shop", "items");
    private static final TableId PRICES = new TableId("shop", "prices");
    private static final TopicPartition FIRST = new TopicPartition("erp.all", 0);
    private static final TopicPartition SECOND = new TopicPartition("erp.all", 1);

    @Test
    void taskThatStartsBeforeItsPredecessorHasEndedShowsItsFiguresAfterwards() throws IOException {
        try (Metrics worker = new Metrics();
                PluginMetricsImpl ofSecond = metricsOfTask(worker)) {
            PluginMetricsImpl ofFirst = metricsOfTask(worker);
            TaskMetrics first = new TaskMetrics(Clock.systemUTC(), new WorkerRegistry(ofFirst));
            open(first, FIRST, ITEMS);

            TaskMetrics second = new TaskMetrics(Clock.systemUTC(), new WorkerRegistry(ofSecond));
            open(second, FIRST, ITEMS);
            second.of(ITEMS).applied(5);
            assertThat(shown(worker, "rows-applied", ITEMS)).contains(0.0);

            ofFirst.close();
            second.of(ITEMS);

            assertThat(shown(worker, "rows-applied", ITEMS)).contains(5.0);
        }
    }

    @Test
    void tableIsShownUntilTheLastOfItsPartitionsIsGivenAway() throws IOException {
        try (Metrics worker = new Metrics();
                PluginMetricsImpl ofTask = metricsOfTask(worker)) {
            TaskMetrics metrics = new TaskMetrics(Clock.systemUTC(), new WorkerRegistry(ofTask));
            open(metrics, FIRST, ITEMS);
            open(metrics, SECOND, ITEMS);
            metrics.has(SECOND, PRICES);
            metrics.of(ITEMS).applied(5);

            assertThat(metrics.close(List.of(FIRST))).containsExactly(ITEMS);
            assertThat(shown(worker, "rows-applied", ITEMS)).contains(5.0);
            assertThat(metrics.close(List.of(SECOND))).containsExactlyInAnyOrder(ITEMS, PRICES);

            assertThat(ofTables(worker)).isEmpty();
        }
    }

    @Test
    void tableThatComesBackGoesOnFromItsFigures() throws IOException {
        try (Metrics worker = new Metrics();
                PluginMetricsImpl ofTask = metricsOfTask(worker)) {
            TaskMetrics metrics = new TaskMetrics(Clock.systemUTC(), new WorkerRegistry(ofTask));
            open(metrics, FIRST, ITEMS);
            metrics.of(ITEMS).applied(5);
            metrics.close(List.of(FIRST));
            // What was under way ends after its partition was given away.
            metrics.of(ITEMS).applied(2);
            assertThat(ofTables(worker)).isEmpty();

            metrics.open(List.of(FIRST));

            assertThat(shown(worker, "rows-applied", ITEMS)).contains(7.0);
        }
    }

    @Test
    void nameThatStillWaitsWhenItsTableIsGivenAwayIsNotShownLater() throws IOException {
        try (Metrics worker = new Metrics();
                PluginMetricsImpl ofSecond = metricsOfTask(worker)) {
            PluginMetricsImpl ofFirst = metricsOfTask(worker);
            TaskMetrics first = new TaskMetrics(Clock.systemUTC(), new WorkerRegistry(ofFirst));
            open(first, FIRST, ITEMS);
            TaskMetrics second = new TaskMetrics(Clock.systemUTC(), new WorkerRegistry(ofSecond));
            open(second, FIRST, ITEMS);

            second.close(List.of(FIRST));
            assertThat(shown(worker, "rows-applied", ITEMS))
                    .as("what the other task shows")
                    .contains(0.0);
            ofFirst.close();
            second.of(ITEMS);

            assertThat(ofTables(worker)).isEmpty();
        }
    }

    private static void open(TaskMetrics metrics, TopicPartition partition, TableId table) {
        metrics.open(List.of(partition));
        metrics.has(partition, table);
    }

    private static PluginMetricsImpl metricsOfTask(Metrics worker) {
        return new PluginMetricsImpl(worker, new LinkedHashMap<>(Map.of("connector", "copy")));
    }

    private static Optional<Object> shown(Metrics worker, String name, TableId table) {
        return worker.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals(name)
                        && table.toString().equals(metric.getKey().tags().get("table")))
                .map(metric -> metric.getValue().metricValue())
                .findAny();
    }

    private static List<String> ofTables(Metrics worker) {
        return worker.metrics().keySet().stream()
                .filter(metric -> metric.tags().containsKey("table"))
                .map(metric -> metric.name() + " of " + metric.tags().get("table"))
                .toList();
    }
}
