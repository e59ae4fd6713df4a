// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Loads that were rolled back because nothing came; their next record has them begin again. For the task's thread. */
final class SuspendedLoads {

    private final Map<TopicPartition, Suspended> loads = new HashMap<>();

    /** A snapshot and where it began. */
    record Suspended(String snapshotId, long beginOffset) {}

    void put(RunningLoad load) {
        loads.put(load.partition().id(), new Suspended(load.running().snapshotId(), load.beginOffset()));
    }

    boolean isIn(AssignedPartition partition) {
        return loads.containsKey(partition.id());
    }

    boolean isOf(AssignedPartition partition, String snapshotId) {
        Suspended load = loads.get(partition.id());
        return load != null && load.snapshotId().equals(snapshotId);
    }

    /** The load of a partition, which is not waited for any more. */
    Optional<Suspended> remove(TopicPartition partition) {
        return Optional.ofNullable(loads.remove(partition));
    }
}
