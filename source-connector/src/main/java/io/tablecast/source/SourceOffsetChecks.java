// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.incremental.ControlOffsets;
import io.tablecast.source.incremental.UnusableControlException;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.queue.QueueOffsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks offsets that a user sends against the source: whether their tables can go on there. Used once. */
final class SourceOffsetChecks {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SourceSettings settings;
    private final QueueOffsets queues;
    private final List<String> faults = new ArrayList<>();

    SourceOffsetChecks(SourceSettings settings) {
        this.settings = settings;
        this.queues = new QueueOffsets(settings);
    }

    /** What is wrong with which offset, one sentence each. Connects to the source. */
    List<String> faults(Map<TableId, TableOffset> offsets) throws SQLException {
        if (offsets.isEmpty()) {
            return List.of();
        }
        try (Connection connection = new Connections(settings.connection()).open(PATIENCE)) {
            SourceCatalog catalog = new SourceCatalog(connection, settings.records());
            SourceIdentity source = catalog.identity();
            for (Map.Entry<TableId, TableOffset> offset : offsets.entrySet()) {
                check(connection, catalog, source, offset.getKey(), offset.getValue());
            }
        }
        return faults;
    }

    private void check(
            Connection connection, SourceCatalog catalog, SourceIdentity source, TableId table, TableOffset offset)
            throws SQLException {
        if (!offset.source().equals(source)) {
            fault(table, "it belongs to another server or database (" + offset.source() + ", here " + source + ")");
            return;
        }
        boolean goesOn = offset instanceof TableOffset.Window || offset instanceof TableOffset.Following;
        if (!goesOn) {
            return; // a copy, which asks nothing of the table
        }
        Optional<SourceTable> found = catalog.table(table, settings.of(table));
        if (found.isEmpty()) {
            fault(table, "it does not exist");
        } else if (offset instanceof TableOffset.Window window) {
            queues.obstacle(connection, found.get(), window).ifPresent(obstacle -> fault(table, obstacle));
        } else if (offset instanceof TableOffset.Following following) {
            checkControl(connection, found.get(), following);
        }
    }

    private void checkControl(Connection connection, SourceTable table, TableOffset.Following following)
            throws SQLException {
        try {
            ControlOffsets.obstacle(connection, table, following).ifPresent(obstacle -> fault(table.id(), obstacle));
        } catch (UnusableControlException e) {
            faults.add(e.getMessage());
        }
    }

    private void fault(TableId table, String what) {
        faults.add("The table " + table + " cannot go on at this offset: " + what + ".");
    }
}
