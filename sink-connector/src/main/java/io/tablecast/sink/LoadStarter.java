// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.sink.apply.WriterResult;
import io.tablecast.sink.metadata.LoadRecords;
import io.tablecast.sink.metadata.StagedLoadRecords;
import io.tablecast.sink.offset.SinkOffsets;
import io.tablecast.sink.snapshot.LoadPlan;
import io.tablecast.sink.snapshot.LoadSettings;
import io.tablecast.sink.snapshot.SnapshotLoad;
import java.util.List;
import org.apache.kafka.connect.data.Schema;

/** Starts loads and switches, each on a session and a thread of its own. */
final class LoadStarter {

    private final LoadSessions sessions;
    private final SinkOffsets offsets;
    private final LoadRecords records;
    private final StagedLoadRecords stagedRecords;

    LoadStarter(LoadSessions sessions, SinkOffsets offsets, LoadRecords records, StagedLoadRecords stagedRecords) {
        this.sessions = sessions;
        this.offsets = offsets;
        this.records = records;
        this.stagedRecords = stagedRecords;
    }

    /** A load that takes rows and switches in one transaction. */
    RunningLoad load(
            AssignedPartition partition,
            WriterResult.LoadPrepared prepared,
            SnapshotBegin begin,
            Schema row,
            LoadSettings settings,
            long offset) {
        LoadPlan plan = new LoadPlan(
                prepared.table(),
                begin,
                row,
                new LoadPlan.Attempt(partition.epoch(), offset),
                prepared.knownColumns(),
                settings);
        RunningLoad load = new RunningLoad(plan, partition, offset);
        load.started(SnapshotLoad.start(plan, sessions, ledger(begin, row), (connection, next) -> {
            if (begin.ranges().isEmpty()) {
                // One that was given up when its table was quarantined.
                stagedRecords.remove(connection, partition.id(), plan.table());
            }
            offsets.advance(connection, List.of(load.advanceTo(next)));
        }));
        return load;
    }

    /** The switch of a staged load whose rows are all committed. */
    RunningLoad switching(AssignedPartition partition, StagedLoad staged) {
        StagedLoad.Ended ended = staged.ended().orElseThrow();
        LoadPlan plan = staged.plan();
        RunningLoad load = new RunningLoad(plan, partition, partition.committed());
        load.ended(ended.nextOffset());
        load.startedSwitch(SnapshotLoad.startSwitch(
                plan,
                sessions,
                ledger(plan.begin(), plan.row()),
                (connection, next) -> {
                    stagedRecords.remove(connection, partition.id(), plan.table());
                    offsets.advance(connection, List.of(load.advanceTo(next)));
                },
                ended.marker(),
                ended.nextOffset(),
                staged.startedAt()));
        return load;
    }

    private SnapshotLedger ledger(SnapshotBegin begin, Schema row) {
        return new SnapshotLedger(
                records, begin, row.fields().stream().map(ColumnNames::of).toList());
    }
}
