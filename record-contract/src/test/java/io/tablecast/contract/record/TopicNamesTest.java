// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TopicNamesTest {

    @Test
    void replacesCharactersThatKafkaRefuses() {
        assertThat(TopicNames.ofTable("erp", new TableId("Sales 2026", "über-orders")))
                .isEqualTo("erp.Sales_2026._ber-orders");
        assertThat(TopicNames.ofHeartbeats("erp")).isEqualTo("__tablecast-heartbeat.erp");
    }

    @Test
    void refusesTablesThatWouldShareATopic() {
        TableId first = new TableId("shop", "a b");
        TableId second = new TableId("shop", "a_b");

        assertThat(TopicNames.faults(
                        Map.of(first, TopicNames.ofTable("erp", first), second, TopicNames.ofTable("erp", second))))
                .containsExactly(new TopicNames.Fault(
                        Set.of(first, second),
                        "The tables shop.a b and shop.a_b would share the topic \"erp.shop.a_b\" (topics that differ"
                                + " only in \".\" and \"_\" collide). Set table.shop.a_b.topic."));
    }

    @Test
    void refusesNamesThatAreTooLong() {
        TableId table = new TableId("shop", "x".repeat(250));

        assertThat(TopicNames.faults(Map.of(table, TopicNames.ofTable("erp", table))))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.tables()).containsExactly(table);
                    assertThat(fault.message()).contains("259 characters long; Kafka allows 249", "Set table.shop.");
                });
    }
}
