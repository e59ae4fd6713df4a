// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.offset;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.common.TopicPartition;

/**
 * A move of one partition's stored offset.
 *
 * @param from what is stored before the move, perhaps {@link Claim#NOTHING_WRITTEN}
 * @param to the offset of the record to be written next after the move
 * @param epoch of the claim by which it is moved
 */
public record Advance(TopicPartition partition, long from, long to, long epoch) {
    public Advance {
        requireNonNull(partition, "partition is null");
    }
}
