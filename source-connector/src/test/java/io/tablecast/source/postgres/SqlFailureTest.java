// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFailureTest {

    @ParameterizedTest
    @CsvSource({
        "08001, RETRY",
        "08006, RETRY",
        "08P01, RETRY",
        "53300, RETRY",
        "53100, RETRY",
        "57P01, RETRY",
        "57P02, RETRY",
        "57P03, RETRY",
        "57014, RETRY",
        "40001, RETRY",
        "40P01, RETRY",
        "55P03, RETRY",
        "55006, RETRY",
        "25006, RETRY",
        "42501, STOP",
        "42P01, STOP",
        "42703, STOP",
        "28P01, STOP",
        "28000, STOP",
        "3D000, STOP",
        "22P02, STOP",
        "XX000, STOP"
    })
    void outcomeFollowsFromTheState(String state, SqlFailure outcome) {
        assertThat(SqlFailure.of(new SQLException("x", state))).isEqualTo(outcome);
    }

    @Test
    void failureWithoutStateStopsTheTask() {
        assertThat(SqlFailure.of(new SQLException("x"))).isEqualTo(SqlFailure.STOP);
    }
}
