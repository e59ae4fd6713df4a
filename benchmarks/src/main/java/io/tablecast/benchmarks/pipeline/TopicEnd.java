// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Where a topic of one partition ends. */
final class TopicEnd implements AutoCloseable {
    private static final Duration QUIET = Duration.ofSeconds(2);

    private final Admin admin;
    private final TopicPartition partition;
    private boolean isThere;
    private long last = -1;
    private Instant changed = Instant.now();

    TopicEnd(String bootstrapServers, String topic) {
        this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
        this.partition = new TopicPartition(topic, 0);
    }

    /** The offset of the next record; 0 as long as there is no topic. */
    long offset() {
        if (!isThere) {
            // First, because the client complains on its log of topics that are absent.
            isThere = answer(admin.listTopics().names()).contains(partition.topic());
        }
        return isThere
                ? answer(admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                                .partitionResult(partition))
                        .offset()
                : 0;
    }

    private <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Cannot tell where " + partition + " ends", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while looking at " + partition, e);
        }
    }

    /** Whether nothing has come for a while, to be asked again and again. */
    boolean isQuiet() {
        long now = offset();
        if (now != last) {
            last = now;
            changed = Instant.now();
        }
        return Duration.between(changed, Instant.now()).compareTo(QUIET) > 0;
    }

    @Override
    public void close() {
        admin.close();
    }
}
