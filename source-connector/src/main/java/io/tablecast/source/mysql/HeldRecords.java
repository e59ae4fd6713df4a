// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.table.TableId;
import java.util.Map;

/**
 * The last records that were made wait until it is known whether their transaction ends behind them: then the last one
 * carries an offset behind it. Used by one thread.
 */
final class HeldRecords {

    private final Map<TableId, ChangeRecords> records;
    private FollowedTable table;
    private long bytes;

    HeldRecords(Map<TableId, ChangeRecords> records) {
        this.records = records;
    }

    /** Lets the records of a table wait that were not handed on yet. */
    void hold(FollowedTable ofTable, long ofBytes) {
        if (!records.get(ofTable.id()).isEmpty()) {
            table = ofTable;
            bytes = ofBytes;
        }
    }

    /** Nothing of the transaction comes behind them. */
    void transactionEnded() throws InterruptedException {
        if (table != null) {
            records.get(table.id()).replaceLastOffset(table.offset());
            release();
        }
    }

    /** Hands on what waits: more comes, or the stream is given up. */
    void release() throws InterruptedException {
        if (table != null) {
            records.get(table.id()).flush(bytes);
            table = null;
        }
    }
}
