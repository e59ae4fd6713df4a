// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.metadata.StagedLoadRecords;
import io.tablecast.sink.snapshot.LoadPlan;
import io.tablecast.sink.snapshot.LoadSettings;
import io.tablecast.sink.snapshot.StagedTable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;

/** A snapshot whose rows go into a table aside through ordinary flushes. For the task's thread. */
final class StagedLoad {

    private final StagedLoadRecords.Note started;
    private final SnapshotBegin begin;
    private final LoadSettings settings;
    private final boolean isResumed;
    private Optional<StagedTable> stage = Optional.empty();
    private Optional<Schema> lastRow = Optional.empty();
    private long lastOrdinal;
    private long rows;
    private Optional<Ended> ended = Optional.empty();
    private long lastRecordNanos = System.nanoTime();
    private boolean isReportedIdle;

    private StagedLoad(StagedLoadRecords.Note note, LoadSettings settings, boolean isResumed) {
        this.started = note;
        this.begin = RecordHeaders.begin(
                        new ConnectHeaders().addString(RecordHeaders.SNAPSHOT_BEGIN, note.beginMarker()))
                .orElseThrow();
        this.settings = settings;
        this.isResumed = isResumed;
        this.lastOrdinal = note.lastOrdinal();
        this.rows = note.rows();
    }

    /**
     * The end was seen.
     *
     * @param nextOffset where the partition goes on after the switch
     */
    record Ended(SnapshotEnd marker, long nextOffset) {}

    static StagedLoad begun(StagedLoadRecords.Note note, LoadSettings settings) {
        return new StagedLoad(note, settings, false);
    }

    static StagedLoad resumed(StagedLoadRecords.Note note, LoadSettings settings) {
        return new StagedLoad(note, settings, true);
    }

    TableId table() {
        return started.table();
    }

    String snapshotId() {
        return begin.id();
    }

    Instant startedAt() {
        return started.startedAt();
    }

    SnapshotBegin begin() {
        return begin;
    }

    /** The table aside, for rows of that schema. */
    StagedTable stage(Schema row) {
        if (stage.isEmpty()) {
            LoadPlan plan = new LoadPlan(
                    table(),
                    begin,
                    row,
                    new LoadPlan.Attempt(started.epoch(), started.beginOffset()),
                    started.knownColumns(),
                    settings);
            stage = Optional.of(isResumed ? StagedTable.resumed(plan) : StagedTable.of(plan));
        }
        return stage.get();
    }

    /** The table aside is to have the columns of this schema now: the source's were changed among the rows. */
    void follow(Schema row) {
        lastRow = Optional.of(row);
    }

    /** Whether the record there is the load's first. */
    boolean knowsOnly(long offset) {
        return started.beginOffset() == offset;
    }

    /** The load as it is to be switched in, once a record of it was seen: its rows are of the schema that came last. */
    LoadPlan plan() {
        LoadPlan begun = stage.map(StagedTable::plan)
                .orElseThrow(() -> new ConnectException(
                        "No record of snapshot " + snapshotId() + " of " + table() + " was seen yet"));
        return lastRow.map(begun::withRow).orElse(begun);
    }

    /** The table aside, if a record of the load was seen. */
    Optional<StagedTable> knownStage() {
        return stage;
    }

    /** The tables besides the stage that changes go to. */
    List<TableId> liveTables() {
        return started.followsLive() ? List.of(table()) : List.of();
    }

    /**
     * Whether they are rows that were there before; otherwise they count from now on.
     *
     * @param count how many rows of one record there are, the first one with that ordinal
     */
    boolean isRepeat(SnapshotOrdinal first, long count) {
        if (!begin.interleaved() && first.ordinal() <= lastOrdinal) {
            return true;
        }
        lastOrdinal = Math.max(lastOrdinal, first.ordinal() + count - 1);
        rows += count;
        return false;
    }

    void end(SnapshotEnd marker, long nextOffset) {
        ended = Optional.of(new Ended(marker, nextOffset));
    }

    Optional<Ended> ended() {
        return ended;
    }

    /** What has to be known to go on after a restart. */
    StagedLoadRecords.Note note() {
        return new StagedLoadRecords.Note(
                started.partition(),
                started.table(),
                started.beginMarker(),
                started.beginOffset(),
                started.epoch(),
                started.followsLive(),
                started.knownColumns(),
                lastOrdinal,
                rows,
                started.startedAt());
    }

    void heardOf() {
        lastRecordNanos = System.nanoTime();
        isReportedIdle = false;
    }

    /** Whether nothing has come for too long, told once. */
    boolean becomesIdle() {
        boolean isIdle = ended.isEmpty()
                && System.nanoTime() - lastRecordNanos
                        >= settings.limits().idle().toNanos();
        if (!isIdle || isReportedIdle) {
            return false;
        }
        isReportedIdle = true;
        return true;
    }
}
