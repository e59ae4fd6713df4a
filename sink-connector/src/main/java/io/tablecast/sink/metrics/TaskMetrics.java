// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metrics;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of a task and of all its tables. A table is shown while the task has a partition with records of it, so that
 * of all tasks the one shows it that has it now. What is counted stays counted: a table that comes back goes on from there.
 * For the task's thread; the figures are read by anyone.
 */
public final class TaskMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(TaskMetrics.class);

    private final Clock clock;
    private final MetricRegistry registry;
    private final Map<TableId, TableMetrics> tables = new HashMap<>();
    private final Map<TopicPartition, Set<TableId>> tablesOf = new HashMap<>();
    private final Set<TopicPartition> open = new HashSet<>();
    private final Set<TableId> shown = new HashSet<>();

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

    /** The partitions are this task's; the tables that it has seen in them before are shown again. */
    public void open(Collection<TopicPartition> partitions) {
        open.addAll(partitions);
        partitions.forEach(
                partition -> tablesOf.getOrDefault(partition, Set.of()).forEach(this::show));
    }

    /** A partition that is open has records of a table. */
    public void has(TopicPartition partition, TableId table) {
        tablesOf.computeIfAbsent(partition, missing -> new HashSet<>()).add(table);
        show(table);
    }

    /**
     * The partitions are not this task's any more.
     *
     * @return the tables that they have records of; those without another partition here are no longer shown
     */
    public Set<TableId> close(Collection<TopicPartition> partitions) {
        open.removeAll(partitions);
        Set<TableId> touched = tablesOf(partitions);
        Set<TableId> left = tablesOf(open);
        touched.stream().filter(table -> !left.contains(table)).forEach(this::hide);
        return touched;
    }

    private Set<TableId> tablesOf(Collection<TopicPartition> partitions) {
        return partitions.stream()
                .flatMap(partition -> tablesOf.getOrDefault(partition, Set.of()).stream())
                .collect(Collectors.toSet());
    }

    private void show(TableId table) {
        if (shown.add(table)) {
            registry.register(table, of(table));
        }
    }

    private void hide(TableId table) {
        if (shown.remove(table)) {
            of(table).released();
            registry.remove(table);
        }
    }

    /** The figures of a table, whether they are shown now or not. */
    public TableMetrics of(TableId table) {
        registry.showWaiting();
        return tables.computeIfAbsent(table, missing -> new TableMetrics(clock));
    }

    /** Shows how often the task has tried something again. */
    public void showRetries(LongSupplier retries) {
        registry.registerRetries(retries);
    }

    /** Where metrics are shown. */
    interface MetricRegistry {
        void register(TableId table, TableMetrics metrics);

        /** Shows a table no more. */
        void remove(TableId table);

        /** Shows what could not be shown so far. */
        void showWaiting();

        void registerRetries(LongSupplier retries);
    }

    /** Shows nothing. */
    static final class Nowhere implements MetricRegistry {
        @Override
        public void register(TableId table, TableMetrics metrics) {}

        @Override
        public void remove(TableId table) {}

        @Override
        public void showWaiting() {}

        @Override
        public void registerRetries(LongSupplier retries) {}
    }
}
