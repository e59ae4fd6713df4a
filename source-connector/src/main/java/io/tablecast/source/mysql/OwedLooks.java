// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.FollowedTable.OwedLook;
import io.tablecast.source.mysql.binlog.UnreadableTableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;

/**
 * Makes the looks at tables that could not be made when the stream wanted them, because somebody had the tables locked. Used
 * by one thread, between transactions of the stream.
 */
final class OwedLooks {

    private final Connection connection;
    private final MySqlServer server;
    private final Charsets charsets;
    private final LayoutChanges layouts;
    private final Map<TableId, TableCopy> copies;
    private final LockedTables locked;
    private final TableStops stops;

    OwedLooks(
            Connection connection,
            MySqlServer server,
            Charsets charsets,
            LayoutChanges layouts,
            Map<TableId, TableCopy> copies,
            LockedTables locked,
            TableStops stops) {
        this.connection = requireNonNull(connection, "connection is null");
        this.server = requireNonNull(server, "server is null");
        this.charsets = requireNonNull(charsets, "charsets is null");
        this.layouts = requireNonNull(layouts, "layouts is null");
        this.copies = requireNonNull(copies, "copies is null");
        this.locked = requireNonNull(locked, "locked is null");
        this.stops = requireNonNull(stops, "stops is null");
    }

    /** Looks at one table, if there is one to look at. */
    void makeOne(Collection<FollowedTable> tables) throws SQLException, InterruptedException {
        for (FollowedTable table : tables) {
            if (table.owedLook() == OwedLook.NONE || table.isStopped() || locked.isLeftAlone(table.id())) {
                continue;
            }
            try {
                make(table);
            } catch (UnreadableTableException e) {
                stops.stop(table, e.getMessage());
                stops.requireAny(tables);
            } catch (SQLException e) {
                stops.putOff(table, table.owedLook(), e);
            }
            return;
        }
    }

    private void make(FollowedTable table) throws SQLException {
        if (table.owedLook() == OwedLook.OF_KEY && !layouts.hasOtherKey(table)) {
            table.owes(OwedLook.NONE);
            return;
        }
        TableStarts.startAgain(connection, server, charsets, table);
        copies.get(table.id()).forgetChunk();
    }
}
