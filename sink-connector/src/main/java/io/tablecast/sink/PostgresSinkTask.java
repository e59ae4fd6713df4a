// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.TablecastVersion;
import io.tablecast.sink.apply.FlushWriter;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.metadata.MetadataSchema;
import io.tablecast.sink.metrics.TaskMetrics;
import io.tablecast.sink.offset.SinkOffsets;
import io.tablecast.sink.postgres.Connections;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** Writes records of its partitions to PostgreSQL, exactly once: see {@link SinkPipeline}. Loaded by Connect. */
public final class PostgresSinkTask extends SinkTask {

    private Optional<SinkPipeline> pipeline = Optional.empty();

    @Override
    public String version() {
        return TablecastVersion.version();
    }

    @Override
    public void start(Map<String, String> properties) {
        SinkSettings settings = SinkSettings.parse(properties);
        SinkOffsets offsets = new SinkOffsets(
                new MetadataSchema(settings.metadataSchema()),
                settings.namespace(),
                settings.connection().connector());
        Connections connections = new Connections(settings.connection());
        FlushWriter writer = new FlushWriter(settings, connections, offsets);
        TaskMetrics metrics = TaskMetrics.create(context, Clock.systemUTC());
        metrics.showRetries(writer::retries);
        pipeline = Optional.of(new SinkPipeline(
                settings,
                context,
                writer,
                new SnapshotLoads(settings, connections, offsets),
                new Reports(Optional.ofNullable(context.errantRecordReporter()), metrics)));
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        running().open(partitions);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        running().put(records);
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
        return running().committed(currentOffsets);
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        running().close(partitions);
    }

    @Override
    public void stop() {
        pipeline.ifPresent(SinkPipeline::close);
        pipeline = Optional.empty();
    }

    private SinkPipeline running() {
        return pipeline.orElseThrow(() -> new IllegalStateException("The task was not started"));
    }
}
