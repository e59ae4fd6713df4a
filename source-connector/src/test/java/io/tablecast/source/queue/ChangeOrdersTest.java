// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.TransactionBlock;
import io.tablecast.contract.table.TableId;
import org.junit.jupiter.api.Test;

class ChangeOrdersTest {

    private static final TableId ORDERS = new TableId("shop", "orders");
    private static final TableId ITEMS = new TableId("shop", "items");

    private final ChangeOrders orders = new ChangeOrders();

    @Test
    void recordsAreCountedInTheirTransactionAndTable() {
        assertThat(orders.next(7, ORDERS)).isEqualTo(new TransactionBlock("7", 1, 1));
        assertThat(orders.next(7, ITEMS)).isEqualTo(new TransactionBlock("7", 2, 1));
        assertThat(orders.next(8, ORDERS)).isEqualTo(new TransactionBlock("8", 1, 1));
        assertThat(orders.next(7, ORDERS)).isEqualTo(new TransactionBlock("7", 3, 2));
    }

    @Test
    void aTransactionThatHasNotBeenSeenForLongIsForgotten() {
        orders.next(0, ORDERS);
        orders.next(1, ORDERS);
        for (long transaction = 2; transaction < 1 << 14; transaction++) {
            orders.next(transaction, ORDERS);
        }

        assertThat(orders.next(0, ORDERS)).isEqualTo(new TransactionBlock("0", 2, 2));
        orders.next(1 << 14, ORDERS);
        assertThat(orders.next(1, ORDERS)).isEqualTo(new TransactionBlock("1", 1, 1));
        assertThat(orders.next(0, ORDERS)).isEqualTo(new TransactionBlock("0", 3, 3));
    }
}
