// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.OnTableError;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.mysql.FollowedTable.OwedLook;
import io.tablecast.source.reading.Heartbeats;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a table that cannot be read any further: it alone stops, and its offset says why, or the task does. Used
 * by one thread.
 */
final class TableStops {

    private static final Logger LOG = LoggerFactory.getLogger(TableStops.class);
    private static final String REMEDY =
            " Then stop the connector, delete the table's offset, so that it is copied again, and"
                    + " resume the connector.";

    private final MySqlConnections source;
    private final Heartbeats heartbeats;
    private final Function<TableId, TableMetrics> metrics;
    private final LockedTables locked;

    TableStops(
            MySqlConnections source,
            Heartbeats heartbeats,
            Function<TableId, TableMetrics> metrics,
            LockedTables locked) {
        this.locked = locked;
        this.source = source;
        this.heartbeats = heartbeats;
        this.metrics = metrics;
    }

    /**
     * Stops a table.
     *
     * @param reason why, as whole sentences
     * @throws ConnectException when the task is to stop instead ({@code on.table.error=fail})
     */
    void stop(FollowedTable table, String reason) throws InterruptedException {
        String message = "Cannot go on reading " + table.id() + " from " + source.target() + ": " + reason + REMEDY;
        metrics.apply(table.id()).failed();
        if (table.table().settings().onTableError() == OnTableError.FAIL) {
            throw new ConnectException(message);
        }
        table.stop(reason);
        heartbeats.send(table.table().partition(), table.offset());
        LOG.error("{} Until then the other tables go on without it (on.table.error=retry)", message);
    }

    /**
     * Lets a table wait until somebody can look at it.
     *
     * @throws SQLException the failure, when it has another reason than that others have the table locked
     */
    void putOff(FollowedTable table, OwedLook look, SQLException failure) throws SQLException {
        if (!TableLook.isLocked(failure)) {
            throw failure;
        }
        locked.leaveAlone(table.id(), failure);
        table.owes(look);
    }

    /** @throws ConnectException when no table is left to be read */
    void requireAny(Collection<FollowedTable> tables) {
        if (!tables.isEmpty() && tables.stream().allMatch(FollowedTable::isStopped)) {
            throw new ConnectException("No table of the task can be read from " + source.target() + " any more. "
                    + tables.stream()
                            .map(table -> table.id() + ": " + table.whyStopped())
                            .collect(Collectors.joining(" "))
                    + REMEDY);
        }
    }
}
