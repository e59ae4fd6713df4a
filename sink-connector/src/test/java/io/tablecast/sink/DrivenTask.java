// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Drives a task as Connect's worker does: rewinds before each poll, polls what is not paused, puts, and closes in order.
 * The position of each partition is the consumer's.
 */
final class DrivenTask implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long EMPTY_POLL_NANOS = 1_000_000;

    private final PostgresSinkTask task = new PostgresSinkTask();
    private final RecordingContext context;
    private final Map<TopicPartition, TopicLog> logs = new HashMap<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private int mostPerPoll = 500;

    DrivenTask(Map<String, String> settings) {
        this(settings, new RecordingContext());
    }

    DrivenTask(Map<String, String> settings, RecordingContext context) {
        this.context = context;
        task.initialize(context);
        task.start(settings);
    }

    RecordingContext context() {
        return context;
    }

    void mostPerPoll(int records) {
        mostPerPoll = records;
    }

    /** Assigns partitions that the consumer group has committed nothing of. */
    void open(TopicLog... opened) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicLog log : opened) {
            logs.put(log.partition(), log);
            positions.put(log.partition(), 0L);
            partitions.add(log.partition());
        }
        context.assign(partitions);
        task.open(partitions);
    }

    void close(TopicLog... closed) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicLog log : closed) {
            partitions.add(log.partition());
        }
        task.close(partitions);
        context.revoke(partitions);
        partitions.forEach(logs::remove);
        partitions.forEach(positions::remove);
    }

    /** One turn of the worker's loop. */
    void turn() {
        context.takeRewinds().forEach(positions::put);
        List<SinkRecord> polled = poll();
        if (polled.isEmpty()) {
            // A consumer with nothing to fetch waits in poll.
            LockSupport.parkNanos(EMPTY_POLL_NANOS);
        }
        task.put(polled);
    }

    /** Where the consumer reads next. */
    long position(TopicLog log) {
        return positions.get(log.partition());
    }

    /** Puts records that the consumer had fetched before. */
    void put(Collection<SinkRecord> records) {
        task.put(records);
    }

    private List<SinkRecord> poll() {
        List<SinkRecord> polled = new ArrayList<>();
        logs.forEach((partition, log) -> {
            if (!context.isPaused(partition)) {
                List<SinkRecord> records = log.from(positions.get(partition), mostPerPoll);
                polled.addAll(records);
                positions.merge(partition, (long) records.size(), Long::sum);
            }
        });
        return polled;
    }

    /** Turns until everything that was sent is committed in the destination. */
    void drain() {
        turnUntil("everything is committed", () -> {
            Map<TopicPartition, OffsetAndMetadata> committed = committed();
            return logs.values().stream()
                    .filter(log -> log.end() > 0)
                    .allMatch(log -> committed.containsKey(log.partition())
                            && committed.get(log.partition()).offset() == log.end());
        });
    }

    /** Turns until something is so; fails after a while. */
    void turnUntil(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
            turn();
        }
    }

    /** What the task would have Connect commit. */
    Map<TopicPartition, OffsetAndMetadata> committed() {
        Map<TopicPartition, OffsetAndMetadata> current = new HashMap<>();
        positions.forEach((partition, position) -> current.put(partition, new OffsetAndMetadata(position)));
        return task.preCommit(current);
    }

    /** Ends the task in order, as a rebalance or a stop of the connector does. */
    @Override
    public void close() {
        if (!logs.isEmpty()) {
            task.close(List.copyOf(logs.keySet()));
        }
        task.stop();
    }

    /** Ends the task without a word, as a lost worker would. */
    void vanish() {
        task.stop();
    }
}
