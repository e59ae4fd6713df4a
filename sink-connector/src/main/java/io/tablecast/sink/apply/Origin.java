// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/** Which record a change came from. */
public sealed interface Origin {

    TopicPartition partition();

    long offset();

    /** The record itself, where it is kept to be reported. */
    Optional<SinkRecord> keptRecord();

    /** {@code topic[partition]@offset}, for messages. */
    default String text() {
        return partition().topic() + "[" + partition().partition() + "]@" + offset();
    }

    /** Only the place: records need not stay in memory for their errors. */
    record Place(TopicPartition partition, long offset) implements Origin {
        public Place {
            requireNonNull(partition, "partition is null");
        }

        @Override
        public Optional<SinkRecord> keptRecord() {
            return Optional.empty();
        }
    }

    /** The place and the record, which somebody wants reported if it is refused. */
    record Kept(TopicPartition partition, long offset, SinkRecord sinkRecord) implements Origin {
        public Kept {
            requireNonNull(partition, "partition is null");
            requireNonNull(sinkRecord, "sinkRecord is null");
        }

        @Override
        public Optional<SinkRecord> keptRecord() {
            return Optional.of(sinkRecord);
        }
    }
}
