// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.sink.offset.Claim;
import org.apache.kafka.common.TopicPartition;

/** A partition from open to close: whether it is claimed, and how far it was accepted, handed over and committed. */
final class AssignedPartition {

    private final TopicPartition id;
    private boolean isClaimed;
    private boolean isPaused;
    private long epoch;
    private long committed = Claim.NOTHING_WRITTEN;
    private long handedOver = Claim.NOTHING_WRITTEN;
    private long accepted = Claim.NOTHING_WRITTEN;
    private long claimedInPut = -1;
    private boolean isHeld;

    AssignedPartition(TopicPartition id) {
        this.id = id;
    }

    TopicPartition id() {
        return id;
    }

    void claimed(Claim claim, long put) {
        isClaimed = true;
        isHeld = false;
        epoch = claim.epoch();
        committed = claim.next();
        handedOver = claim.next();
        accepted = claim.next();
        claimedInPut = put;
    }

    boolean isClaimed() {
        return isClaimed;
    }

    /** Whether its records were polled before the claim moved the consumer. */
    boolean wasClaimedIn(long put) {
        return claimedInPut == put;
    }

    long epoch() {
        return epoch;
    }

    /** The stored offset as far as this task knows. */
    long committed() {
        return committed;
    }

    /** What will be stored when all flushes handed over so far are committed. */
    long handedOver() {
        return handedOver;
    }

    /** The offset of the next record that is new. */
    long accepted() {
        return accepted;
    }

    void accept(long offset) {
        accepted = offset + 1;
    }

    void handOver(long next) {
        handedOver = next;
    }

    void commit(long next) {
        committed = next;
        if (handedOver < next) {
            handedOver = next;
        }
    }

    /** Whether everything that was accepted is committed. */
    boolean isDrained() {
        return accepted == committed;
    }

    /** Records are turned away until {@link #release}; the consumer was sent back to the first of them. */
    void hold() {
        isHeld = true;
    }

    boolean isHeld() {
        return isHeld;
    }

    void release() {
        isHeld = false;
    }

    boolean isPaused() {
        return isPaused;
    }

    void setPaused(boolean paused) {
        isPaused = paused;
    }
}
