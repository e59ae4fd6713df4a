// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.connect.ConnectWorkers;
import io.tablecast.cli.connect.Deployed;
import io.tablecast.cli.connect.StoredOffset;
import io.tablecast.cli.connect.WorkerFailure;
import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.table.TableId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Changes offsets of a source connector, the way in which tables are controlled: stops the connector, waits until no task
 * runs, lets the connector check and take the new offsets, and resumes it if it was not stopped before. All its tables
 * stand still meanwhile, and go on where they were.
 */
final class OffsetChange {
    private final ConnectWorkers workers;
    private final Duration patience;

    OffsetChange(ConnectWorkers workers, Duration patience) {
        this.workers = workers;
        this.patience = patience;
    }

    /**
     * Changes the offsets of some tables.
     *
     * @return the tables that had an offset, and whose offset was changed
     * @throws WorkerFailure when the connector does not stop in time or refuses an offset; then none is changed
     */
    List<TableId> apply(Deployed connector, Map<TableId, UnaryOperator<StoredOffset>> changes) {
        return Standstill.during(workers, connector, patience, () -> alter(connector.name(), changes));
    }

    private List<TableId> alter(String name, Map<TableId, UnaryOperator<StoredOffset>> changes) {
        List<StoredOffset> changed = new ArrayList<>();
        List<TableId> tables = new ArrayList<>();
        for (StoredOffset offset : workers.offsets(name)) {
            table(offset).filter(changes::containsKey).ifPresent(table -> {
                changed.add(changes.get(table).apply(offset));
                tables.add(table);
            });
        }
        if (!changed.isEmpty()) {
            workers.alterOffsets(name, changed);
        }
        return tables;
    }

    private static Optional<TableId> table(StoredOffset offset) {
        try {
            return Optional.of(SourcePartition.of(offset.partition()).table());
        } catch (InvalidOffset notOfTables) {
            return Optional.empty();
        }
    }
}
