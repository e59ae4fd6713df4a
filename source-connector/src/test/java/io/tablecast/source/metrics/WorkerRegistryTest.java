// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.junit.jupiter.api.Test;

/** With the worker's own implementation, which refuses a name that is taken. */
final class WorkerRegistryTest {

    private static final TableId ITEMS = new TableId("shop", "items");

    @Test
    void taskThatStartsBeforeItsPredecessorHasEndedShowsItsFiguresAfterwards() throws IOException {
        try (Metrics worker = new Metrics();
                PluginMetricsImpl ofSecond = metricsOfTask(worker)) {
            PluginMetricsImpl ofFirst = metricsOfTask(worker);
            TaskMetrics first = new TaskMetrics(Clock.systemUTC(), new WorkerRegistry(ofFirst));
            first.of(ITEMS);

            TaskMetrics second = new TaskMetrics(Clock.systemUTC(), new WorkerRegistry(ofSecond));
            second.of(ITEMS).sent(5, 100);
            assertThat(shown(worker, "records")).isEqualTo(0.0);

            ofFirst.close();
            second.showWaiting();

            assertThat(shown(worker, "records")).isEqualTo(5.0);
        }
    }

    private static PluginMetricsImpl metricsOfTask(Metrics worker) {
        return new PluginMetricsImpl(worker, new LinkedHashMap<>(Map.of("connector", "copy")));
    }

    private static Object shown(Metrics worker, String name) {
        return worker.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals(name))
                .map(metric -> metric.getValue().metricValue())
                .findAny()
                .orElseThrow();
    }
}
