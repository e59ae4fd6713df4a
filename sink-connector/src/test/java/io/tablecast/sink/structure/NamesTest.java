// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import org.junit.jupiter.api.Test;

final class NamesTest {

    @Test
    void nameThatFitsStaysAsItIs() {
        assertThat(Names.fit("x".repeat(63))).isEqualTo("x".repeat(63));
        assertThat(Names.fit(new TableId("Shop", "größe"))).isEqualTo(new TableId("Shop", "größe"));
    }

    @Test
    void longNamesThatDifferOnlyAtTheEndStayApart() {
        String first = Names.fit("x".repeat(70) + "1");
        String second = Names.fit("x".repeat(70) + "2");

        assertThat(first).hasSize(63).startsWith("x".repeat(54) + "_").isNotEqualTo(second);
        assertThat(Names.fit("x".repeat(70) + "1")).isEqualTo(first);
    }

    @Test
    void limitCountsBytesAndNeverSplitsACharacter() {
        String name = Names.fit("ü".repeat(32));

        assertThat(name.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(63);
        assertThat(name).startsWith("ü".repeat(27) + "_");
        assertThat(Names.fit("😀".repeat(16)).getBytes(UTF_8)).hasSizeLessThanOrEqualTo(63);
    }

    @Test
    void snapshotTablesAreKnownByTheNameOfTheirDestination() {
        String suffix = Names.snapshotSuffix("20260101/7");

        assertThat(suffix).matches("__tc_[0-9a-f]{10}");
        assertThat(Names.isSnapshotTable("orders", "orders" + suffix)).isTrue();
        assertThat(Names.isSnapshotTable("orders", "order" + suffix)).isFalse();
        assertThat(Names.isSnapshotTable("orders", "orders")).isFalse();
        assertThat(Names.isSnapshotTable("orders", "orders__tc_12345")).isFalse();
        String longName = "ü".repeat(40);
        assertThat(Names.withSuffix(longName, suffix).getBytes(UTF_8)).hasSizeLessThanOrEqualTo(63);
        assertThat(Names.isSnapshotTable(longName, Names.withSuffix(longName, suffix)))
                .isTrue();
        assertThat(Names.isSnapshotTable(longName + "x", Names.withSuffix(longName, suffix)))
                .isFalse();
    }
}
