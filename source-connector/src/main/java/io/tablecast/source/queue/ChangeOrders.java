// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.record.TransactionBlock;
import io.tablecast.contract.table.TableId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the records of source transactions in the order in which they are sent. The transactions counted last are
 * remembered, some ten thousand; one that comes back later begins at 1 again, as all do after a restart.
 */
final class ChangeOrders {

    private static final int REMEMBERED = 1 << 14;

    private final Map<Long, Counts> transactions = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Counts> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** The place of the next record of a transaction. */
    TransactionBlock next(long transaction, TableId table) {
        Counts counts = transactions.computeIfAbsent(transaction, unused -> new Counts());
        counts.total++;
        long ofTable = counts.byTable.merge(table, 1L, Long::sum);
        return new TransactionBlock(Long.toString(transaction), counts.total, ofTable);
    }

    private static final class Counts {
        private final Map<TableId, Long> byTable = new HashMap<>(1);
        private long total;
    }
}
