// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.sink.offset.Claim;
import io.tablecast.sink.snapshot.LoadState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads whose partition was closed: most rebalances give it back at once. For the task's thread. */
final class ParkedLoads {

    private static final Logger LOG = LoggerFactory.getLogger(ParkedLoads.class);

    private final Map<TopicPartition, RunningLoad> loads = new HashMap<>();

    void park(RunningLoad load) {
        load.park();
        loads.put(load.partition().id(), load);
    }

    boolean isEmpty() {
        return loads.isEmpty();
    }

    /** The load of a partition that has come back, if no other task has claimed the partition meanwhile. */
    Optional<RunningLoad> resume(Claim claim, AssignedPartition partition) {
        RunningLoad load = loads.remove(partition.id());
        if (load == null) {
            return Optional.empty();
        }
        if (goesOn(load, claim)) {
            LOG.info("Going on with the load of {}, whose partition {} has come back", load.table(), partition.id());
            load.resume(partition);
            return Optional.of(load);
        }
        LOG.info("Abandoned the load of {}, whose partition {} was away", load.table(), partition.id());
        load.running().close();
        return Optional.empty();
    }

    private static boolean goesOn(RunningLoad load, Claim claim) {
        if (claim.previousEpoch() != load.partition().epoch()) {
            return false;
        }
        LoadState state = load.running().state();
        boolean isUnderWay = state == LoadState.LOADING || state == LoadState.SWITCHING;
        return state == LoadState.DONE
                || (isUnderWay && claim.next() == load.partition().committed());
    }

    /** Gives up those that have held a transaction open for nothing for too long. */
    void expire() {
        for (RunningLoad load : List.copyOf(loads.values())) {
            if (load.isParkedTooLong()) {
                LOG.info("Abandoned the load of {}, whose partition has not come back", load.table());
                loads.remove(load.partition().id());
                load.running().close();
            }
        }
    }

    void closeAll() {
        loads.values().forEach(load -> load.running().close());
        loads.clear();
    }
}
