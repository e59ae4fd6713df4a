// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NameCaseTest {

    @Test
    void binlogsOfServersThatCompareNamesInLowerCaseAndShowThemOtherwiseAreRefused() {
        assertThat(NameCase.of("2").obstacle())
                .hasValueSatisfying(obstacle -> assertThat(obstacle)
                        .startsWith("lower_case_table_names is 2 at the server")
                        .endsWith("Read from a server with 0 or 1, or in mode snapshot or incremental."));
    }

    @Test
    void binlogsOfOtherServersAreRead() {
        assertThat(NameCase.of("0")).isEqualTo(NameCase.AS_WRITTEN);
        assertThat(NameCase.of("1")).isEqualTo(NameCase.LOWER);
        assertThat(NameCase.AS_WRITTEN.obstacle()).isEmpty();
        assertThat(NameCase.LOWER.obstacle()).isEmpty();
    }
}
