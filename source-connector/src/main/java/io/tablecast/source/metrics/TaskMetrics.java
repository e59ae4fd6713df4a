// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.metrics;

import io.tablecast.contract.table.TableId;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The metrics of all tables of a task. Thread-safe. */
public final class TaskMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(TaskMetrics.class);

    private final Clock clock;
    private final MetricRegistry registry;
    private final Map<TableId, TableMetrics> tables = new ConcurrentHashMap<>();
    private final Map<TableId, ControlMetrics> controls = new ConcurrentHashMap<>();
    private final Map<TableId, BinlogMetrics> binlogs = new ConcurrentHashMap<>();

    TaskMetrics(Clock clock, MetricRegistry registry) {
        this.clock = clock;
        this.registry = registry;
    }

    /** Registers with the worker, if it is one that has metrics of plugins (Kafka 4.1 and newer). */
    public static TaskMetrics create(SourceTaskContext context, Clock clock) {
        try {
            return new TaskMetrics(clock, WorkerRegistry.of(context));
        } catch (NoSuchMethodError | NoClassDefFoundError olderWorker) {
            LOG.info("This worker has no metrics of plugins; they come with Kafka 4.1");
            return new TaskMetrics(clock, new Nowhere());
        }
    }

    /** The metrics of a table, which are registered when they are asked for the first time. */
    public TableMetrics of(TableId table) {
        return tables.computeIfAbsent(table, id -> {
            TableMetrics metrics = new TableMetrics(clock);
            registry.register(id, metrics);
            return metrics;
        });
    }

    /** What a table of mode {@code incremental} has besides, registered when it is asked for the first time. */
    public ControlMetrics ofControl(TableId table) {
        return controls.computeIfAbsent(table, id -> {
            ControlMetrics metrics = new ControlMetrics(clock);
            registry.register(id, metrics);
            return metrics;
        });
    }

    /** What a table of mode {@code binlog} has besides, registered when it is asked for the first time. */
    public BinlogMetrics ofBinlog(TableId table) {
        return binlogs.computeIfAbsent(table, id -> {
            BinlogMetrics metrics = new BinlogMetrics(clock);
            registry.register(id, metrics);
            return metrics;
        });
    }

    /** Shows what could not be shown so far; to be called now and then. */
    public void showWaiting() {
        registry.showWaiting();
    }

    /** Where metrics are shown. */
    interface MetricRegistry {
        void register(TableId table, TableMetrics metrics);

        void register(TableId table, ControlMetrics metrics);

        void register(TableId table, BinlogMetrics metrics);

        /** Shows what could not be shown so far. */
        void showWaiting();
    }

    /** Shows nothing. */
    static final class Nowhere implements MetricRegistry {
        @Override
        public void register(TableId table, TableMetrics metrics) {}

        @Override
        public void register(TableId table, ControlMetrics metrics) {}

        @Override
        public void register(TableId table, BinlogMetrics metrics) {}

        @Override
        public void showWaiting() {}
    }
}
