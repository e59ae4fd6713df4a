// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.sink.offset.Advance;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/** The partitions that are open in this task. For the task's thread. */
final class Assignment {

    private final Map<TopicPartition, AssignedPartition> partitions = new HashMap<>();
    private AssignedPartition lastPartition;

    void open(Collection<TopicPartition> opened) {
        opened.forEach(partition -> partitions.put(partition, new AssignedPartition(partition)));
    }

    void close(Collection<TopicPartition> closed) {
        closed.forEach(partitions::remove);
        lastPartition = null;
    }

    Collection<AssignedPartition> all() {
        return partitions.values();
    }

    Optional<AssignedPartition> of(TopicPartition id) {
        return Optional.ofNullable(partitions.get(id));
    }

    /** The partition that a record came from. */
    AssignedPartition of(SinkRecord sinkRecord) {
        // originalTopic: a transform may have renamed record.topic().
        String topic = sinkRecord.originalTopic();
        int number = sinkRecord.originalKafkaPartition();
        if (lastPartition != null
                && lastPartition.id().partition() == number
                && lastPartition.id().topic().equals(topic)) {
            return lastPartition;
        }
        lastPartition = partitions.get(new TopicPartition(topic, number));
        if (lastPartition == null) {
            throw new ConnectException("Connect delivered " + topic + "[" + number + "]@"
                    + sinkRecord.originalKafkaOffset() + ", whose partition is not open in this task");
        }
        return lastPartition;
    }

    /** The partitions of which nothing is accepted yet. */
    List<AssignedPartition> unclaimed() {
        return partitions.values().stream()
                .filter(partition -> !partition.isClaimed())
                .toList();
    }

    /** Whether the partition of a move is this task's under the same claim. */
    boolean holds(Advance advance) {
        AssignedPartition partition = partitions.get(advance.partition());
        return partition != null && partition.isClaimed() && partition.epoch() == advance.epoch();
    }
}
