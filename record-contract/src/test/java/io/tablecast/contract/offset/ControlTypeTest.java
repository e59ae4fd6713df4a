// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlTypeTest {

    @ParameterizedTest
    @CsvSource({
        "INTEGER, 9, 10",
        "INTEGER, -9223372036854775809, 18446744073709551616",
        "DATE, 2025-12-31, 2026-01-01",
        "TIMESTAMP, 2026-01-01 00:00:00, 2026-01-01 00:00:00.000001",
        "TIMESTAMP, 2026-01-01T00:00:00, 2026-01-01 00:00:01",
        "TIMESTAMPTZ, 2026-01-01 01:00:00+01, 2026-01-01 00:00:00.5+00",
        "TIMESTAMPTZ, 2026-01-01 00:30:00, 2026-01-01 00:00:00-0100"
    })
    void valuesAreComparedAsWhatTheyAre(ControlType type, String smaller, String greater) {
        assertThat(type.compare(smaller, greater)).isNegative();
        assertThat(type.compare(greater, smaller)).isPositive();
        assertThat(type.compare(smaller, smaller)).isZero();
        assertThat(type.reads(smaller)).isTrue();
        assertThat(type.reads(greater)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "INTEGER, 1.5",
        "INTEGER, ''",
        "INTEGER, 1; DROP TABLE orders",
        "DATE, 2026-02-30",
        "DATE, infinity",
        "TIMESTAMP, 2026-01-01",
        "TIMESTAMPTZ, yesterday"
    })
    void othersAreNotRead(ControlType type, String text) {
        assertThat(type.reads(text)).isFalse();
    }
}
