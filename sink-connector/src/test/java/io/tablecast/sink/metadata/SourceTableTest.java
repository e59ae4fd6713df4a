// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.SourceInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTableTest {

    @ParameterizedTest
    @CsvSource({
        "erp.shop.orders, erp, shop.orders",
        "one.two.shop.orders, one.two, shop.orders",
        "shop.orders, '', shop.orders",
        "orders, '', orders",
        "erp..orders, '', erp..orders",
        ".orders, '', .orders",
        "erp.shop., '', erp.shop."
    })
    void flatRowsComeFromTheTableThatTheirTopicIsCalledAfter(String topic, String server, String table) {
        assertThat(SourceTable.of(SourceInfo.NONE, topic)).isEqualTo(new SourceTable(server, table));
    }

    @Test
    void recordsThatDoNotTellTheirServerMayBeOfAny() {
        SourceTable unknown = new SourceTable("", "shop.orders");
        SourceTable east = new SourceTable("east", "shop.orders");

        assertThat(unknown.isSame(east)).isTrue();
        assertThat(east.isSame(unknown)).isTrue();
        assertThat(east.isSame(new SourceTable("west", "shop.orders"))).isFalse();
        assertThat(unknown.isSame(new SourceTable("", "shop.items"))).isFalse();
        assertThat(unknown.refined(east)).isEqualTo(east);
        assertThat(east.refined(unknown)).isEqualTo(east);
    }

    @Test
    void onlyNamesOfTheSameLettersDifferInCaseAlone() {
        SourceTable orders = new SourceTable("erp", "shop.orders");

        assertThat(orders.differsInCaseAlone(new SourceTable("", "shop.Orders")))
                .isTrue();
        assertThat(orders.differsInCaseAlone(orders)).isFalse();
        assertThat(orders.differsInCaseAlone(new SourceTable("erp", "shop.order")))
                .isFalse();
    }
}
