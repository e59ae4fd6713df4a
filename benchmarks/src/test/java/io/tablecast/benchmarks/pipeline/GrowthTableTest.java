// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GrowthTableTest {
    private static final long MIB = 1 << 20;

    @Test
    void tableHoldsMediansForAMillionRows() {
        GrowthTable table = new GrowthTable();
        GrowthCase wide = new GrowthCase(Width.WIDE, 500_000, 20);
        table.add(wide, new Taken(50, 10, 5, 2, 1, 600 * MIB, 300 * MIB, 40 * MIB));
        table.add(wide, new Taken(70, 12, 7, 4, 3, 700 * MIB, 200 * MIB, 50 * MIB));

        assertThat(table.table())
                .endsWith(
                        "| 500000 | 20 | wide | 2 | 60.0 | 8333 | 22.0 | 12.0 | 6.0 | 4.0 | 650 | 1300 | 250 | 500 | 45 |\n");
    }

    @Test
    void rowsAreSpreadOverTables() {
        assertThat(new GrowthCase(Width.NARROW, 10, 2).topics("p")).isEqualTo("p.shop.t001,p.shop.t002");
        assertThatThrownBy(() -> new GrowthCase(Width.NARROW, 1, 2))
                .hasMessage("1 rows in 2 tables: there has to be a table, and each needs a row.");
    }
}
