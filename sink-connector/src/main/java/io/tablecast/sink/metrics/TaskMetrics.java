// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metrics;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The metrics of a task and of all its tables. Thread-safe. */
public final class TaskMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(TaskMetrics.class);

    private final Clock clock;
    private final MetricRegistry registry;
    private final Map<TableId, TableMetrics> tables = new ConcurrentHashMap<>();

    TaskMetrics(Clock clock, MetricRegistry registry) {
        this.clock = requireNonNull(clock, "clock is null");
        this.registry = requireNonNull(registry, "registry is null");
    }

    /** Registers with the worker, if it is one that has metrics of plugins (Kafka 4.1 and newer). */
    public static TaskMetrics create(SinkTaskContext context, Clock clock) {
        try {
            return new TaskMetrics(clock, WorkerRegistry.of(context));
        } catch (NoSuchMethodError | NoClassDefFoundError olderWorker) {
            LOG.info("This worker has no metrics of plugins; they come with Kafka 4.1");
            return new TaskMetrics(clock, new Nowhere());
        }
    }

    /** The metrics of a table, which are registered when they are asked for the first time. */
    public TableMetrics of(TableId table) {
        registry.showWaiting();
        return tables.computeIfAbsent(table, id -> {
            TableMetrics metrics = new TableMetrics(clock);
            registry.register(id, metrics);
            return metrics;
        });
    }

    /** Shows how often the task has tried something again. */
    public void showRetries(LongSupplier retries) {
        registry.registerRetries(retries);
    }

    /** Where metrics are shown. */
    interface MetricRegistry {
        void register(TableId table, TableMetrics metrics);

        /** Shows what could not be shown so far. */
        void showWaiting();

        void registerRetries(LongSupplier retries);
    }

    /** Shows nothing. */
    static final class Nowhere implements MetricRegistry {
        @Override
        public void register(TableId table, TableMetrics metrics) {}

        @Override
        public void showWaiting() {}

        @Override
        public void registerRetries(LongSupplier retries) {}
    }
}
