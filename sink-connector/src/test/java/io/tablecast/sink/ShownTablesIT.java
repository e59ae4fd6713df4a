// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table is shown by the task that has it now, and by no other. */
class ShownTablesIT {

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final Orders orders = new Orders(log, "orders");
    private final TopicLog other = new TopicLog("erp.shop.items", 0);
    private final Orders items = new Orders(other, "items");
    private final Metrics worker = new Metrics();
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
        worker.close();
    }

    @Test
    void aTableMovesFromTheTaskThatLosesItToTheOneThatGetsIt() throws IOException {
        orders.insert(1, "a", 1);
        items.insert(1, "a", 1);
        items.insert(2, "b", 2);
        try (PluginMetricsImpl ofFirst = metrics(0);
                PluginMetricsImpl ofSecond = metrics(1);
                DrivenTask first = task(ofFirst);
                DrivenTask second = task(ofSecond)) {
            first.open(log, other);
            first.drain();
            assertThat(rowsApplied()).isEqualTo(Map.of("0 shop.orders", 1.0, "0 shop.items", 2.0));

            first.close(other);
            items.insert(3, "c", 3);
            second.open(other);
            second.drain();
            assertThat(rowsApplied()).isEqualTo(Map.of("0 shop.orders", 1.0, "1 shop.items", 1.0));

            second.close(other);
            first.open(other);
            assertThat(rowsApplied())
                    .as("without another record of it")
                    .isEqualTo(Map.of("0 shop.orders", 1.0, "0 shop.items", 2.0));
        }
    }

    private DrivenTask task(PluginMetricsImpl metrics) {
        return new DrivenTask(destination.settings(), new RecordingContext(metrics));
    }

    private PluginMetricsImpl metrics(int task) {
        return new PluginMetricsImpl(
                worker, new LinkedHashMap<>(Map.of("connector", "sink-a", "task", String.valueOf(task))));
    }

    /** By task and table. */
    private Map<String, Object> rowsApplied() {
        Map<String, Object> rows = new TreeMap<>();
        worker.metrics().forEach((name, metric) -> {
            if (name.name().equals("rows-applied")) {
                rows.put(name.tags().get("task") + " " + name.tags().get("table"), metric.metricValue());
            }
        });
        return rows;
    }
}
