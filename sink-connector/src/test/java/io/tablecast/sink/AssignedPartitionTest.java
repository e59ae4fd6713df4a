// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.sink.offset.Claim;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AssignedPartitionTest {

    private static final TopicPartition ID = new TopicPartition("erp.shop.orders", 0);

    private final AssignedPartition partition = new AssignedPartition(ID);

    @BeforeEach
    void claim() {
        partition.claimed(new Claim(ID, 10, 1, Claim.NEVER_CLAIMED));
    }

    @Test
    void aRowWrittenAheadOfItsRecordIsLeftToWriteUntilItsFlushIsCommitted() {
        partition.gather(10);
        partition.handOver(11);
        partition.gatherAhead(11);

        partition.commit(11);
        assertThat(partition.isDrained()).as("the flush before is committed").isFalse();

        partition.handOver(11);
        partition.commit(11);
        assertThat(partition.isDrained()).isTrue();
        assertThat(partition.accepted()).as("its record counts with the switch").isEqualTo(11);
    }

    @Test
    void placeOfAPartitionOfWhichNothingIsWrittenIsTheConsumerGroups() {
        assertThat(partition.place()).isEqualTo("at offset 10");

        partition.claimed(new Claim(ID, Claim.NOTHING_WRITTEN, 2, 1));

        assertThat(partition.place())
                .isEqualTo("where its consumer group stands, because nothing of it is written yet");
    }

    @Test
    void aNewClaimForgetsWhatWasGatheredUnderTheOldOne() {
        partition.gather(10);
        partition.unclaim(10);

        partition.claimed(new Claim(ID, 10, 2, 1));

        assertThat(partition.isDrained()).isTrue();
        assertThat(partition.takeSeek()).hasValue(10);
    }

    @Test
    void aLoadThatGoesOnIsFollowedByItsNextRecord() {
        partition.resumeLoad(42);

        assertThat(partition.accepted()).isEqualTo(42);
        assertThat(partition.committed()).isEqualTo(10);
        assertThat(partition.takeSeek()).hasValue(42);
    }
}
