// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.offset.Advance;
import io.tablecast.sink.offset.Claim;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
    private long gatherings;
    private long gatheringsHandedOver;
    private long gatheringsCommitted;
    private OptionalLong seekTo = OptionalLong.empty();
    private final Set<TableId> tables = new HashSet<>();
    private TableId lastTable;

    AssignedPartition(TopicPartition id) {
        this.id = id;
    }

    TopicPartition id() {
        return id;
    }

    /** It is this task's; where it was written before, reading goes on there. */
    void claimed(Claim claim) {
        isClaimed = true;
        epoch = claim.epoch();
        committed = claim.next();
        handedOver = claim.next();
        accepted = claim.next();
        gatherings = 0;
        gatheringsHandedOver = 0;
        gatheringsCommitted = 0;
        if (claim.hasWritten()) {
            seekTo = OptionalLong.of(claim.next());
        }
    }

    /** It goes on with a load that has taken all records before that offset. */
    void resumeLoad(long next) {
        accepted = next;
        seekTo = OptionalLong.of(next);
    }

    /** It has to be claimed again before anything more is written. */
    void unclaim(long readFrom) {
        isClaimed = false;
        seekTo = OptionalLong.of(readFrom);
    }

    boolean isClaimed() {
        return isClaimed;
    }

    long epoch() {
        return epoch;
    }

    /** The stored offset as far as this task knows. */
    long committed() {
        return committed;
    }

    /** For people: where a restart goes on as far as this task knows. */
    String place() {
        return committed == Claim.NOTHING_WRITTEN
                ? "where its consumer group stands, because nothing of it is written yet"
                : "at offset " + committed;
    }

    /** What will be stored when all flushes handed over so far are committed. */
    long handedOver() {
        return handedOver;
    }

    /** The offset of the next record that is new. */
    long accepted() {
        return accepted;
    }

    /** Whether it is the partition's first record of a table. */
    boolean isFirstOf(TableId table) {
        if (table.equals(lastTable)) {
            return false;
        }
        lastTable = table;
        return tables.add(table);
    }

    /** The table that the partition's last record was for, as far as one has told. */
    Optional<TableId> lastTable() {
        return Optional.ofNullable(lastTable);
    }

    /** The record is part of a flush. */
    void gather(long offset) {
        accepted = offset + 1;
        gatherings++;
    }

    /** What the record changes is part of a flush, but the record itself does not count as written with it. */
    void gatherAhead(long offset) {
        accepted = offset;
        gatherings++;
    }

    /** The record is part of a load, which moves the stored offset itself. */
    void load(long offset) {
        accepted = offset + 1;
    }

    void handOver(long next) {
        handedOver = next;
        gatheringsHandedOver = gatherings;
    }

    /** What is gathered and not committed is given up; what is stored stays. */
    void giveUp() {
        handedOver = committed;
        gatheringsHandedOver = gatherings;
        gatheringsCommitted = gatherings;
    }

    /** After records were passed by it goes on with that one. */
    void goOnAt(long offset) {
        accepted = offset;
    }

    /** A flush is committed. */
    void commit(long next) {
        committed = next;
        gatheringsCommitted = gatheringsHandedOver;
    }

    /** A load is committed, and the partition goes on at that offset. */
    void commitLoad(long next) {
        committed = next;
        handedOver = next;
        accepted = next;
    }

    /** Whether no flush has anything of it left to write. */
    boolean isDrained() {
        return gatherings == gatheringsCommitted;
    }

    /** The move from what is stored to what follows, outside of flushes. */
    Advance advanceTo(long next) {
        return new Advance(id, committed, next, epoch);
    }

    /**
     * Turns a record away: nothing is accepted until the consumer was sent back to it, or where {@link #claimed} says.
     */
    void turnAway(long offset) {
        if (seekTo.isEmpty()) {
            seekTo = OptionalLong.of(offset);
        }
    }

    /** Whether records are turned away until the consumer has gone where it is sent. */
    boolean isSeeking() {
        return seekTo.isPresent();
    }

    /** Where the consumer has to go before its next poll; afterwards records are accepted again. */
    OptionalLong takeSeek() {
        OptionalLong seek = seekTo;
        seekTo = OptionalLong.empty();
        return seek;
    }

    boolean isPaused() {
        return isPaused;
    }

    void setPaused(boolean paused) {
        isPaused = paused;
    }
}
