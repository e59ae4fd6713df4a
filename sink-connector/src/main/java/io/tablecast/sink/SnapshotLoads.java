// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.apply.WriterResult;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.metadata.LoadRecords;
import io.tablecast.sink.metadata.MetadataSchema;
import io.tablecast.sink.metadata.StagedLoadRecords;
import io.tablecast.sink.metadata.TableStates;
import io.tablecast.sink.offset.Claim;
import io.tablecast.sink.offset.SinkOffsets;
import io.tablecast.sink.postgres.Connections;
import io.tablecast.sink.snapshot.LoadSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots that are being loaded in one transaction, at most one for each partition, and the switches of staged ones.
 * A load begins when all that came before it is committed, takes the partition's records until its end, and moves the
 * partition's offset in its own transaction. One that cannot go on so begins again as a {@link StagedLoad}. For the task's
 * thread.
 */
final class SnapshotLoads {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotLoads.class);

    private final SinkSettings settings;
    private final Connections connections;
    private final LoadSessions sessions;
    private final StagedLoads staged;
    private final LoadStarter starter;
    private final IncompleteTables incomplete;
    private final LoadPreparations preparations = new LoadPreparations();
    private final Map<TopicPartition, RunningLoad> loads = new HashMap<>();
    private final ParkedLoads parked = new ParkedLoads();
    private final LoadRetries retries = new LoadRetries();
    private final SuspendedLoads suspended = new SuspendedLoads();
    private final Map<TopicPartition, String> toStage = new HashMap<>();
    private final Map<TableId, String> finished = new HashMap<>();

    SnapshotLoads(SinkSettings settings, Connections connections, SinkOffsets offsets) {
        MetadataSchema schema = new MetadataSchema(settings.metadataSchema());
        this.settings = settings;
        this.connections = connections;
        this.sessions = new LoadSessions(connections);
        LoadRecords records = new LoadRecords(
                schema, settings.connection().connector(), settings.history().runLog());
        StagedLoadRecords stagedRecords = new StagedLoadRecords(schema, settings.namespace());
        this.staged = new StagedLoads(stagedRecords);
        this.incomplete = new IncompleteTables(
                records,
                new TableStates(
                        new MetadataSchema(settings.metadataSchema()),
                        settings.connection().connector()));
        this.starter = new LoadStarter(sessions, offsets, records, stagedRecords);
    }

    StagedLoads staged() {
        return staged;
    }

    IncompleteTables incomplete() {
        return incomplete;
    }

    SuspendedLoads suspended() {
        return suspended;
    }

    LoadPreparations preparations() {
        return preparations;
    }

    ParkedLoads parked() {
        return parked;
    }

    /** The loads that have a transaction of their own now. */
    List<RunningLoad> running() {
        return List.copyOf(loads.values());
    }

    /** The load that takes the partition's records now. */
    RunningLoad running(AssignedPartition partition) {
        return loads.get(partition.id());
    }

    /** The destination, for messages. */
    String target() {
        return connections.target();
    }

    LoadSettings settings(TableId table) {
        return settings.of(table).snapshots();
    }

    /** What a claim found of earlier tasks, and of this one if the partition has come back. */
    void claimed(WriterResult.Claimed result, Claim claim, AssignedPartition partition) {
        finished.putAll(result.snapshots());
        for (StagedLoadRecords.Note note : result.staged()) {
            if (note.partition().equals(partition.id())) {
                staged.put(partition.id(), StagedLoad.resumed(note, settings(note.table())));
                LOG.info(
                        "Going on with the staged load of {} from {} after {} rows",
                        note.table(),
                        partition.id(),
                        note.rows());
            }
        }
        parked.resume(claim, partition).ifPresent(load -> loads.put(partition.id(), load));
    }

    /** Whether records of the partition may belong to a snapshot that has begun. */
    boolean concern(AssignedPartition partition) {
        return loads.containsKey(partition.id()) || suspended.isIn(partition) || staged.isIn(partition);
    }

    /** Whether the partition's records are rows of one snapshot now, or that snapshot is being switched in. */
    boolean isLoading(AssignedPartition partition) {
        return loads.containsKey(partition.id());
    }

    /** Whether all of a snapshot of the partition is there and readers are switched to it, now or soon. */
    boolean isSwitching(AssignedPartition partition) {
        RunningLoad load = loads.get(partition.id());
        return (load != null && load.hasEnded()) || staged.ended(partition).isPresent();
    }

    /** Whether a snapshot cannot be loaded in one transaction of its own. */
    boolean isToBeStaged(AssignedPartition partition, SnapshotBegin begin, WriterResult.LoadPrepared prepared) {
        Duration longest = settings(prepared.table()).limits().transaction();
        boolean isAsLongAsBefore =
                begin.ranges().isEmpty() && prepared.lastLoad().compareTo(longest) > 0;
        return begin.interleaved()
                || isAsLongAsBefore
                || staged.isIn(partition)
                || begin.id().equals(toStage.get(partition.id()));
    }

    /** Whether the destination is written on while the snapshot is loaded, or is the same table afterwards. */
    boolean leaveTheTable(TableId table, SnapshotBegin begin) {
        return begin.interleaved()
                || !begin.ranges().isEmpty()
                || settings(table).isIntoKeptTable();
    }

    /** Begins a load of rows that stand in the partition without anything else, in one transaction. */
    void begin(
            AssignedPartition partition,
            WriterResult.LoadPrepared prepared,
            SnapshotBegin begin,
            Schema row,
            long offset) {
        TableId table = prepared.table();
        loads.put(partition.id(), starter.load(partition, prepared, begin, row, settings(table), offset));
        partition.load(offset);
        LOG.info("Loading snapshot {} of {} from {}@{}", begin.id(), table, partition.id(), offset);
    }

    /** What was loaded since the last begin will not be a whole snapshot. */
    void discard(AssignedPartition partition, String reason) {
        RunningLoad load = loads.remove(partition.id());
        load.running().close();
        discarded(load.table(), load.running().snapshotId(), reason);
    }

    /** Takes note that a snapshot does not come to its end. */
    void discarded(TableId table, String snapshotId, String reason) {
        LOG.warn("Discarded the unfinished snapshot {} of {}: {}", snapshotId, table, reason);
        incomplete.mark(table, "snapshot " + snapshotId + " has no end: " + reason);
    }

    /** The load of the partition begins again, in many transactions. */
    void stageInstead(AssignedPartition partition, String reason) {
        stageInstead(loads.get(partition.id()), reason);
    }

    /** The same. */
    void stageInstead(RunningLoad load, String reason) {
        LOG.warn(
                "The load of snapshot {} of {} begins again from {}@{} and is committed in batches: {}",
                load.running().snapshotId(),
                load.table(),
                load.partition().id(),
                load.beginOffset(),
                reason);
        loads.remove(load.partition().id());
        load.running().close();
        toStage.put(load.partition().id(), load.running().snapshotId());
        load.partition().unclaim(load.beginOffset());
    }

    /** Whether that snapshot is finished: what comes of it now comes again, as a producer that sends again makes it. */
    boolean isFinished(TableId table, String snapshotId) {
        return snapshotId.equals(finished.get(table));
    }

    /** Whether it is that snapshot which is loaded. */
    boolean isOf(AssignedPartition partition, TableId table, String snapshotId) {
        RunningLoad load = loads.get(partition.id());
        return load.table().equals(table) && load.running().snapshotId().equals(snapshotId);
    }

    /** Whether it is that table whose snapshot is loaded. */
    boolean isOfTable(AssignedPartition partition, TableId table) {
        return loads.get(partition.id()).table().equals(table);
    }

    /**
     * Has a load that was rolled back for want of records begin again, because one of them has come after all.
     *
     * @return whether there is one, so that the record comes again after its begin
     */
    boolean wakeUp(AssignedPartition partition) {
        Optional<SuspendedLoads.Suspended> found = suspended.remove(partition.id());
        found.ifPresent(load -> {
            toStage.put(partition.id(), load.snapshotId());
            partition.unclaim(load.beginOffset());
        });
        return found.isPresent();
    }

    /** Whether no more of the partition should come for now. */
    boolean shouldPause(AssignedPartition partition) {
        if (preparations.isWaiting(partition)
                || staged.ended(partition).isPresent()
                || retries.isWaiting(partition.id())) {
            return true;
        }
        RunningLoad load = loads.get(partition.id());
        return load != null && (load.hasEnded() || load.running().isQueueFull());
    }

    /** Whether a load has so many rows before it that its partition pauses. */
    boolean isAnyQueueFull() {
        for (RunningLoad load : loads.values()) {
            if (load.running().isQueueFull()) {
                return true;
            }
        }
        return false;
    }

    boolean isAnyUnderWay() {
        return !loads.isEmpty()
                || !parked.isEmpty()
                || !preparations.isEmpty()
                || !incomplete.isEmpty()
                || !staged.withEnded().isEmpty()
                || retries.isAnyWaiting();
    }

    /** Starts the switch of a staged load whose rows are all committed. */
    void startSwitch(AssignedPartition partition) {
        if (loads.containsKey(partition.id()) || !partition.isClaimed() || !partition.isDrained()) {
            return;
        }
        staged.ended(partition).ifPresent(load -> loads.put(partition.id(), starter.switching(partition, load)));
    }

    /** The load is committed. */
    void finish(RunningLoad load) {
        TopicPartition partition = load.partition().id();
        loads.remove(partition);
        retries.forget(partition);
        toStage.remove(partition);
        staged.remove(partition, load.table());
        finished.put(load.table(), load.running().snapshotId());
        load.partition().commitLoad(load.nextOffset());
    }

    /** The load has failed. */
    void remove(RunningLoad load) {
        loads.remove(load.partition().id());
    }

    /** The load begins again some time after it has failed. */
    void retry(RunningLoad load) {
        TopicPartition partition = load.partition().id();
        retries.failed(partition);
        // Its COMMIT may have happened: the claim reads where the partition stands.
        staged.close(partition);
        load.partition().unclaim(load.beginOffset());
    }

    /** Rolls the load back until more of its records come. */
    void suspend(RunningLoad load) {
        remove(load);
        load.running().close();
        suspended.put(load);
    }

    /**
     * Lets go of a partition. A load waits some time for it to come back; if it goes to another task, that one ends the
     * load and begins again, or goes on with what is staged.
     */
    void close(TopicPartition partition) {
        preparations.close(partition);
        retries.forget(partition);
        var unusedLoad = suspended.remove(partition);
        toStage.remove(partition);
        staged.close(partition);
        RunningLoad load = loads.remove(partition);
        if (load != null) {
            parked.park(load);
        }
    }

    /** Abandons everything. */
    void closeAll() {
        List.copyOf(loads.keySet()).forEach(this::close);
        parked.closeAll();
        sessions.closeAll();
    }

    /** Lets go of what no load has needed for some time. */
    void tidy() {
        sessions.closeIdle();
    }
}
