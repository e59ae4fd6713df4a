// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import org.junit.jupiter.api.Test;

class QueueNamesTest {

    @Test
    void aNameThatFitsIsUsedAsItIs() {
        assertThat(QueueNames.queue(new TableId("shop", "orders"))).isEqualTo("queue_shop_orders");
        assertThat(QueueNames.trigger("tablecast", "insert")).isEqualTo("tablecast_insert");
        assertThat(QueueNames.queue(new TableId("shop", "x".repeat(52)))).isEqualTo("queue_shop_" + "x".repeat(52));
    }

    @Test
    void longNamesStayApartWithinWhatPostgresqlKeeps() {
        String one = QueueNames.queue(new TableId("shop", "x".repeat(53) + "a"));
        String other = QueueNames.queue(new TableId("shop", "x".repeat(53) + "b"));

        assertThat(one).hasSize(63).isNotEqualTo(other);
        assertThat(one).startsWith("queue_shop_" + "x".repeat(43) + "_");
        assertThat(QueueNames.trigger("s".repeat(80), "insert")).hasSize(63);
    }

    @Test
    void aNameIsCutBetweenCharacters() {
        String name = QueueNames.queue(new TableId("shop", "\ud83d\ude00".repeat(20)));

        assertThat(name.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(63);
        assertThat(name).startsWith("queue_shop_" + "\ud83d\ude00".repeat(10) + "_");
    }

    @Test
    void aTableWhoseNameIsTakenHasOneOfItsOwn() {
        // shop_a.b and shop.a_b would both be called queue_shop_a_b.
        TableId one = new TableId("shop_a", "b");
        TableId other = new TableId("shop", "a_b");

        assertThat(QueueNames.queue(one)).isEqualTo(QueueNames.queue(other));
        assertThat(QueueNames.distinctQueue(one))
                .startsWith("queue_shop_a_b_")
                .hasSize("queue_shop_a_b_".length() + 8)
                .isNotEqualTo(QueueNames.distinctQueue(other));
    }

    @Test
    void literalsMeanTheSameOnEveryServer() {
        assertThat(QueueNames.literal("it's")).isEqualTo("'it''s'");
        assertThat(QueueNames.literal("a\\'b")).isEqualTo("E'a\\\\''b'");
        assertThat(QueueNames.literal("\\")).isEqualTo("E'\\\\'");
    }
}
