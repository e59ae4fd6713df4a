// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MariaDbGtidsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "0-1-5 | 0-1-5 | true",
                "0-1-6 | 0-2-5 | true",
                "0-1-4 | 0-1-5 | false",
                "0-1-5,7-1-1 | 0-1-5 | true",
                "0-1-5 | 0-1-5,7-1-1 | false",
                "0-1-5 | none | true",
                "none | 0-1-5 | false",
                "0-1-18446744073709551615 | 0-1-1 | true"
            })
    void positionsAreComparedDomainByDomain(String position, String earlier, boolean isNotBefore) {
        assertThat(MariaDbGtids.parse(position).isNotBefore(MariaDbGtids.parse(earlier)))
                .isEqualTo(isNotBefore);
    }

    @Test
    void otherDomainsAreLeftOut() {
        assertThat(MariaDbGtids.parse("7-1-1,0-1-5,4294967295-2-9")
                        .within(Set.of(0L, 4294967295L))
                        .toString())
                .isEqualTo("0-1-5,4294967295-2-9");
    }
}
