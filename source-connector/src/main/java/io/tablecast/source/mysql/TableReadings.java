// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.OnTableReplaced;
import io.tablecast.source.mysql.FollowedTable.OwedLook;
import io.tablecast.source.mysql.binlog.UnreadableTableException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.connect.errors.DataException;

/** Does what events ask for, one table at a time, so that what cannot be done concerns that table alone. Used by one thread. */
final class TableReadings {

    private final Map<TableId, ChangeRecords> records;
    private final HeldRecords held;
    private final TableStops stops;
    private final Collection<FollowedTable> tables;

    TableReadings(
            Map<TableId, ChangeRecords> records, HeldRecords held, TableStops stops, Collection<FollowedTable> tables) {
        this.records = records;
        this.held = held;
        this.stops = stops;
        this.tables = tables;
    }

    /** Does something for a table that stops it where it cannot be done, or puts it off while others keep it locked. */
    void read(FollowedTable table, Reading reading) throws InterruptedException, SQLException {
        held.release();
        try {
            reading.run();
        } catch (UnreadableTableException | DataException | IllegalArgumentException | InvalidOffset e) {
            // What came before the unreadable row is whole.
            records.get(table.id()).flush(0);
            if (table.owedLook() == OwedLook.OF_KEY) {
                // Its key is another one, perhaps.
                table.owes(OwedLook.OF_ALL);
                return;
            }
            stops.stop(table, e.getMessage() + (e.getMessage().endsWith(".") ? "" : "."));
            stops.requireAny(tables);
        } catch (SQLException e) {
            if (table.table().settings().onTableReplaced() != OnTableReplaced.REPULL) {
                throw e;
            }
            records.get(table.id()).flush(0);
            stops.putOff(table, OwedLook.OF_ALL, e);
        }
    }

    /** Something done for one table. */
    @FunctionalInterface
    interface Reading {
        void run() throws InterruptedException, SQLException;
    }
}
