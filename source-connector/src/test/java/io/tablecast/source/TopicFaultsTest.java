// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicFaultsTest {

    private static final TableId FIRST = new TableId("shop", "a b");
    private static final TableId SECOND = new TableId("shop", "a_b");
    private static final TableId OTHER = new TableId("shop", "other");

    private final SourceSettings settings = SourceSettings.parse(Map.of(
            "connection.url",
            "jdbc:postgresql://db/shop",
            "topic.prefix",
            "erp",
            "mode",
            "snapshot",
            "table.include.list",
            ".*"));

    @Test
    void newcomerGivesWayToTheTableThatHasTheTopic() {
        TopicFaults faults = TopicFaults.of(settings, List.of(FIRST, SECOND, OTHER), FIRST::equals);

        assertThat(faults.tables()).containsExactly(SECOND);
        assertThat(faults.messages())
                .containsExactly("The tables shop.a b and shop.a_b would share the topic \"erp.shop.a_b\" (topics that"
                        + " differ only in \".\" and \"_\" collide). Set table.shop.a_b.topic.");
    }

    @Test
    void bothAreLeftOutWhereNoneWasThereBefore() {
        assertThat(TopicFaults.of(settings, List.of(FIRST, SECOND, OTHER), table -> false)
                        .tables())
                .containsExactlyInAnyOrder(FIRST, SECOND);
    }

    @Test
    void tableWithATooLongNameIsLeftOut() {
        TableId wordy = new TableId("shop", "x".repeat(250));

        TopicFaults faults = TopicFaults.of(settings, List.of(wordy, OTHER), table -> true);

        assertThat(faults.tables()).containsExactly(wordy);
        assertThat(faults.messages()).singleElement().asString().contains("Kafka allows 249");
    }
}
