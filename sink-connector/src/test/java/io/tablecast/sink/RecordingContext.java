// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** What a task asks Connect for, written down. */
final class RecordingContext implements SinkTaskContext {

    private final Map<TopicPartition, Long> rewinds = new HashMap<>();
    private final Set<TopicPartition> assigned = new HashSet<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private final List<SinkRecord> reported = new ArrayList<>();
    private final Optional<PluginMetrics> metrics;
    private long timeout = -1;

    /** Of a worker before Kafka 4.1, which has no metrics of plugins. */
    RecordingContext() {
        metrics = Optional.empty();
    }

    RecordingContext(PluginMetrics metrics) {
        this.metrics = Optional.of(metrics);
    }

    @Override
    public Map<String, String> configs() {
        return Map.of();
    }

    @Override
    public void offset(Map<TopicPartition, Long> offsets) {
        rewinds.putAll(offsets);
    }

    @Override
    public void offset(TopicPartition partition, long offset) {
        rewinds.put(partition, offset);
    }

    @Override
    public void timeout(long timeoutMs) {
        timeout = timeoutMs;
    }

    @Override
    public Set<TopicPartition> assignment() {
        return Set.copyOf(assigned);
    }

    @Override
    public void pause(TopicPartition... partitions) {
        paused.addAll(Arrays.asList(partitions));
    }

    @Override
    public void resume(TopicPartition... partitions) {
        Arrays.asList(partitions).forEach(paused::remove);
    }

    @Override
    public void requestCommit() {
        throw new UnsupportedOperationException("the sink commits by its own clock");
    }

    @Override
    public ErrantRecordReporter errantRecordReporter() {
        return (sinkRecord, error) -> {
            reported.add(sinkRecord);
            return CompletableFuture.completedFuture(null);
        };
    }

    @Override
    public PluginMetrics pluginMetrics() {
        return metrics.orElseThrow(() -> new NoSuchMethodError("as on workers before 4.1"));
    }

    void assign(Collection<TopicPartition> partitions) {
        assigned.addAll(partitions);
    }

    void revoke(Collection<TopicPartition> partitions) {
        assigned.removeAll(partitions);
        paused.removeAll(partitions);
        rewinds.keySet().removeAll(partitions);
    }

    /** The rewinds that were asked for since the last call, as the consumer takes them before it polls. */
    Map<TopicPartition, Long> takeRewinds() {
        Map<TopicPartition, Long> taken = Map.copyOf(rewinds);
        rewinds.clear();
        return taken;
    }

    /** The rewinds that were asked for and not taken yet. */
    Map<TopicPartition, Long> rewinds() {
        return Map.copyOf(rewinds);
    }

    boolean isPaused(TopicPartition partition) {
        return paused.contains(partition);
    }

    List<SinkRecord> reported() {
        return reported;
    }

    long timeout() {
        return timeout;
    }
}
