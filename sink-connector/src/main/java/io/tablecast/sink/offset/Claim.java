// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.offset;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.common.TopicPartition;

/**
 * A partition's row in the destination, with the right to move it.
 *
 * @param next the offset of the record to be written next, or {@link #NOTHING_WRITTEN}
 * @param epoch greater than that of every earlier claim
 * @param previousEpoch of the claim before, or {@link #NEVER_CLAIMED}
 */
public record Claim(TopicPartition partition, long next, long epoch, long previousEpoch) {

    /** Nothing of the partition was written: where its reading starts is the consumer group's matter. */
    public static final long NOTHING_WRITTEN = -1;

    /** Nobody has claimed the partition before. */
    public static final long NEVER_CLAIMED = -1;

    public Claim {
        requireNonNull(partition, "partition is null");
    }

    public boolean hasWritten() {
        return next != NOTHING_WRITTEN;
    }
}
