// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.sink.apply.FlushWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** Tells Connect which partitions should wait, where their consumer has to go, and when to call again. */
final class BackPressure {

    private static final long CALL_AGAIN_MS = 100;
    // With a full batch in hand the writer must not stand idle until Connect calls again, nor a load whose queue
    // drains.
    private static final long CALL_AGAIN_WHEN_FULL_MS = 5;

    private final Duration linger;
    private final SinkTaskContext context;
    private final Assignment assignment;
    private final FlushWriter writer;
    private final NextFlush next;
    private final SnapshotLoads loads;

    BackPressure(
            Duration linger,
            SinkTaskContext context,
            Assignment assignment,
            FlushWriter writer,
            NextFlush next,
            SnapshotLoads loads) {
        this.linger = linger;
        this.context = context;
        this.assignment = assignment;
        this.writer = writer;
        this.next = next;
        this.loads = loads;
    }

    /** Has Connect do all that follows from how things stand now. */
    void apply() {
        pauseAndResume();
        seek();
        callAgain();
    }

    private void pauseAndResume() {
        boolean isFull = isFull();
        List<TopicPartition> toPause = new ArrayList<>();
        List<TopicPartition> toResume = new ArrayList<>();
        for (AssignedPartition partition : assignment.all()) {
            boolean shouldPause = isFull
                    || next.isWaitingWithEnoughOf(partition.id())
                    || !partition.isClaimed()
                    || loads.shouldPause(partition);
            if (shouldPause != partition.isPaused()) {
                partition.setPaused(shouldPause);
                (shouldPause ? toPause : toResume).add(partition.id());
            }
        }
        if (!toPause.isEmpty()) {
            context.pause(toPause.toArray(TopicPartition[]::new));
        }
        if (!toResume.isEmpty()) {
            context.resume(toResume.toArray(TopicPartition[]::new));
        }
    }

    private boolean isFull() {
        return next.isFull() && writer.isBusy();
    }

    private void seek() {
        for (AssignedPartition partition : assignment.all()) {
            partition.takeSeek().ifPresent(offset -> context.offset(partition.id(), offset));
        }
    }

    private void callAgain() {
        boolean isAnythingUnderWay = writer.isBusy() || !next.flush().isEmpty() || loads.isAnyUnderWay();
        if (isAnythingUnderWay) {
            boolean isWorkWaiting = isFull() || loads.isAnyQueueFull();
            long callAgain = isWorkWaiting ? CALL_AGAIN_WHEN_FULL_MS : CALL_AGAIN_MS;
            context.timeout(Math.max(1, Math.min(callAgain, linger.toMillis())));
        }
    }
}
