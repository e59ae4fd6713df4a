// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.contract.record.MySqlSourceBlock.Place;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.binlog.UnreadableTableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.apache.kafka.connect.errors.DataException;

/** The copies of tables along one stream of the binlog, one after the other. Used by one thread, between transactions. */
final class TableCopies {

    private final Connection connection;
    private final StreamPosition position;
    private final Map<TableId, FollowedTable> tables;
    private final Map<TableId, TableCopy> copies;
    private final CopyFailures failures;
    private final LockedTables locked;
    private final TableStops stops;

    TableCopies(
            Connection connection,
            StreamPosition position,
            Map<TableId, FollowedTable> tables,
            Map<TableId, TableCopy> copies,
            CopyFailures failures,
            LockedTables locked,
            TableStops stops) {
        this.connection = connection;
        this.position = position;
        this.tables = tables;
        this.copies = copies;
        this.failures = failures;
        this.locked = locked;
        this.stops = stops;
    }

    /** Sends the beginnings of copies that can begin. */
    void begin(Place place) throws SQLException, InterruptedException {
        for (FollowedTable table : tables.values()) {
            boolean isToBegin = table.copy().isPresent() && !table.hasBegun() && !table.isCopiedAtOnce();
            if (isToBegin && table.isRead() && position.covers(table)) {
                copies.get(table.id()).begin(connection, place);
            }
        }
    }

    /** One step of the first table that is being copied and can be read; whether there is more to do at once. */
    boolean step(Place place) throws SQLException, InterruptedException {
        for (FollowedTable table : tables.values()) {
            if (!isReady(table)) {
                continue;
            }
            boolean isMoreToDo = step(table, place);
            // One that waits for transactions of others to end keeps no other from being copied.
            if (isMoreToDo || copies.get(table.id()).hasChunk()) {
                return isMoreToDo;
            }
        }
        return false;
    }

    private boolean isReady(FollowedTable table) {
        boolean hasBegun = table.isCopiedAtOnce() || table.hasBegun();
        return table.copy().isPresent()
                && hasBegun
                && table.isRead()
                && !locked.isLeftAlone(table.id())
                && position.covers(table)
                && !failures.waitsForStream(table, position);
    }

    private boolean step(FollowedTable table, Place place) throws SQLException, InterruptedException {
        TableCopy copy = copies.get(table.id());
        boolean isMoreToDo;
        try {
            isMoreToDo = copy.step(connection, position, place);
            if (isMoreToDo || copy.hasChunk()) {
                failures.hasRead(table);
            }
            return isMoreToDo;
        } catch (UnreadableTableException e) {
            stops.stop(table, e.getMessage());
            isMoreToDo = true;
        } catch (DataException | InvalidOffset | IllegalArgumentException e) {
            isMoreToDo = failures.handle(table, copy, position, e);
        } catch (SQLException e) {
            if (TableLook.isLocked(e)) {
                locked.leaveAlone(table.id(), e);
                copy.forgetChunk();
                return true;
            }
            if (!CopyFailures.isOfTable(e)) {
                throw e;
            }
            isMoreToDo = failures.handle(table, copy, position, e);
        }
        stops.requireAny(tables.values());
        return isMoreToDo;
    }
}
