// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.error.Outcome;
import io.tablecast.sink.error.StopReasons;
import io.tablecast.sink.offset.FencedException;
import io.tablecast.sink.snapshot.LoadResult;
import io.tablecast.sink.snapshot.LoadState;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What follows when a load is committed, fails, takes too long or hears of no more records. For the task's thread. */
final class LoadEndings {

    private static final Logger LOG = LoggerFactory.getLogger(LoadEndings.class);

    private final SnapshotLoads loads;
    private final Deque<FailedLoad> failures = new ArrayDeque<>();

    LoadEndings(SnapshotLoads loads) {
        this.loads = loads;
    }

    /** Takes note of loads that have ended since the last call, and returns those that are committed. */
    List<LoadResult> collect() {
        List<LoadResult> done = new ArrayList<>();
        for (RunningLoad load : loads.running()) {
            if (load.running().state() == LoadState.DONE) {
                loads.finish(load);
                load.running().result().ifPresent(done::add);
            } else if (load.running().state() == LoadState.FAILED) {
                loads.remove(load);
                failed(load);
            } else if (load.isTooLong()) {
                loads.stageInstead(load, "it took longer than snapshot.transaction.max.ms");
            } else if (load.isIdle()) {
                suspend(load);
            }
        }
        loads.parked().expire();
        for (StagedLoad load : loads.staged().becomingIdle()) {
            idle(load.table(), load.snapshotId());
        }
        return done;
    }

    private void suspend(RunningLoad load) {
        loads.suspend(load);
        idle(load.table(), load.running().snapshotId());
    }

    private void idle(TableId table, String snapshotId) {
        String reason = "snapshot " + snapshotId + " began and has not ended, and nothing more of it has come for "
                + loads.settings(table).limits().idle().toMillis() + " ms";
        loads.incomplete().mark(table, reason);
        LOG.warn(
                "{}: {} (snapshot.idle.max.ms). Look whether the source still runs; its next record or a new snapshot"
                        + " goes on",
                table,
                reason);
    }

    /** A load that failed for good since it was asked last. */
    Optional<FailedLoad> nextFailure() {
        return Optional.ofNullable(failures.poll());
    }

    private void failed(RunningLoad load) {
        Exception cause = load.running().failure().orElseThrow();
        Optional<Outcome> outcome =
                cause instanceof SQLException refused ? Optional.of(Outcome.of(refused)) : Optional.empty();
        if (outcome.equals(Optional.of(Outcome.RETRY))) {
            LOG.warn("The load of {} is tried again: {}", load.table(), cause.getMessage());
            loads.retry(load);
            return;
        }
        if (cause instanceof FencedException && load.wasParked()) {
            // It ended between the claim and its resumption.
            load.partition().unclaim(load.beginOffset());
            return;
        }
        boolean isOfARow = outcome.equals(Optional.of(Outcome.REJECT_RECORD)) || cause instanceof DataException;
        if (isOfARow && load.isWorthStaging()) {
            loads.stageInstead(load, cause.getMessage());
            return;
        }
        RuntimeException failure =
                cause instanceof RuntimeException unchecked ? unchecked : new ConnectException(cause);
        if (cause instanceof SQLException refused) {
            failure = StopReasons.of(refused, loads.target());
        }
        failures.add(new FailedLoad(load.partition(), load.table(), failure));
    }
}
