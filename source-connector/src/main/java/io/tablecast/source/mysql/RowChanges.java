// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import com.github.shyiko.mysql.binlog.event.EventType;
import io.tablecast.contract.offset.BinlogOffset.Copy;
import io.tablecast.contract.record.MySqlSourceBlock.Place;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.binlog.RowsEvent;
import io.tablecast.source.mysql.type.BinlogBytes;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;

/** Turns row events into records, and tells a copy that is going on of each row. Used by one thread. */
final class RowChanges {

    private final Map<TableId, TableCopy> copies;
    private final Map<TableId, ChangeRecords> records;

    RowChanges(Map<TableId, TableCopy> copies, Map<TableId, ChangeRecords> records) {
        this.copies = copies;
        this.records = records;
    }

    /** @param at where the event stands */
    void of(FollowedTable table, EventType type, byte[] event, long at, SourceTransaction transaction) {
        RowsEvent rows = RowsEvent.of(type, event, table.layout().columns().size());
        ChangeRecords changes = records.get(table.id());
        Optional<TableCopy> copy = table.isCopiedAtOnce() ? Optional.empty() : copy(table);
        int number = 0;
        while (rows.rows().remaining() > 0) {
            row(table, rows, changes, copy, transaction, transaction.place(at, number++));
        }
        finishCopy(table, changes);
    }

    private static void row(
            FollowedTable table,
            RowsEvent event,
            ChangeRecords changes,
            Optional<TableCopy> copy,
            SourceTransaction transaction,
            Place place) {
        BinlogBytes in = event.rows();
        Struct first = table.layout().row(in);
        Struct second = event.kind() == RowsEvent.Kind.UPDATE ? table.layout().row(in) : null;
        long number = transaction.nextRow(table.id());
        copy.ifPresent(running -> {
            running.changed(table.layout().envelopes().key(first));
            if (second != null) {
                running.changed(table.layout().envelopes().key(second));
            }
        });
        if (table.hasSent(transaction.id(), number)) {
            return;
        }
        table.sentRows(transaction.id(), number);
        switch (event.kind()) {
            case INSERT -> changes.created(first, place, transaction);
            case UPDATE -> changes.updated(first, second, place, transaction, number - 1);
            case DELETE -> changes.deleted(first, place, transaction, number - 1);
        }
    }

    /** A copy of which all rows are read ends with the next change. */
    private void finishCopy(FollowedTable table, ChangeRecords changes) {
        Optional<Copy> ending =
                table.copy().filter(copy -> copy.stage() == Copy.Stage.ENDING && !table.isCopiedAtOnce());
        if (ending.isPresent() && table.hasBegun() && changes.canLastCarryTheEnd()) {
            copies.get(table.id()).finish(ending.get());
            copies.get(table.id()).forgetChunk();
        }
    }

    private Optional<TableCopy> copy(FollowedTable table) {
        return table.copy().isPresent() ? Optional.of(copies.get(table.id())) : Optional.empty();
    }
}
