// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlockRangeTest {

    @Test
    void rangesFollowEachOtherAndTheLastOneIsOpen() {
        assertThat(BlockRange.ranges(10, 4))
                .containsExactly(new BlockRange(0, 4), new BlockRange(4, 8), new BlockRange(8, BlockRange.OPEN));
        assertThat(BlockRange.ranges(8, 4)).containsExactly(new BlockRange(0, 4), new BlockRange(4, BlockRange.OPEN));
    }

    @Test
    void whatFitsIntoOneRangeIsNotDivided() {
        assertThat(BlockRange.ranges(0, 4)).isEmpty();
        assertThat(BlockRange.ranges(4, 4)).isEmpty();
    }

    @Test
    void partOfAQueryMeetsTheConditionAndLiesInTheRange() {
        CopyQuery query = new CopyQuery("SELECT t.\"id\" FROM s.t AS t", "a OR b", "t");

        assertThat(query.text()).isEqualTo("SELECT t.\"id\" FROM s.t AS t WHERE a OR b");
        assertThat(query.within(new BlockRange(4, 8)))
                .isEqualTo("SELECT t.\"id\" FROM s.t AS t WHERE (a OR b) AND t.ctid >= '(4,0)'::pg_catalog.tid"
                        + " AND t.ctid < '(8,0)'::pg_catalog.tid");
        assertThat(query.within(new BlockRange(8, BlockRange.OPEN)))
                .isEqualTo("SELECT t.\"id\" FROM s.t AS t WHERE (a OR b) AND t.ctid >= '(8,0)'::pg_catalog.tid");
    }
}
