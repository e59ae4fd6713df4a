// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableNamesTest {
    private static final TableId ORDERS = new TableId("shop", "orders");
    private static final TableId ORDER_LINES = new TableId("shop", "order lines");
    private static final TableId DOTTED = new TableId("shop", "a.b");
    private static final TableId STARRED = new TableId("shop", "a*");
    private static final List<TableId> ALL = List.of(ORDERS, ORDER_LINES, DOTTED, STARRED);

    @Test
    void nameMeansOneTable() {
        assertThat(TableNames.matching("shop.orders", ALL)).containsExactly(ORDERS);
        assertThat(TableNames.matching("shop.\"a.b\"", ALL)).containsExactly(DOTTED);
        assertThat(TableNames.matching("shop.order", ALL)).isEmpty();
        assertThat(TableNames.matching("shop.a*", ALL))
                .as("the table of this name, not all that begin so")
                .containsExactly(STARRED);
    }

    @Test
    void starAndQuestionMarkStandForAnythingAndOne() {
        assertThat(TableNames.matching("shop.order*", ALL)).containsExactly(ORDERS, ORDER_LINES);
        assertThat(TableNames.matching("*.orde?s", ALL)).containsExactly(ORDERS);
        assertThat(TableNames.matching("*", ALL)).isEqualTo(ALL);
        assertThat(TableNames.matching("shop.(orders)*", ALL)).isEmpty();
    }
}
