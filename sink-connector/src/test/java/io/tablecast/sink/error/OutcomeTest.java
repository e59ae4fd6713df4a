// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {

    @ParameterizedTest
    @CsvSource({
        "08000, RETRY, connection exception",
        "08001, RETRY, cannot connect",
        "08006, RETRY, connection failure",
        "53100, RETRY, disk full",
        "53200, RETRY, out of memory",
        "53300, RETRY, too many connections",
        "57P01, RETRY, admin shutdown",
        "57P02, RETRY, crash shutdown",
        "57P03, RETRY, cannot connect now",
        "57P05, RETRY, idle session time-out",
        "57014, RETRY, query cancelled",
        "25P03, RETRY, idle in transaction time-out",
        "25P04, RETRY, transaction time-out",
        "40001, RETRY, serialization failure",
        "40P01, RETRY, deadlock",
        "55P03, RETRY, lock not available",
        "25006, RETRY, read only transaction",
        "58030, RETRY, I/O error",
        "22001, REJECT_RECORD, too long",
        "22003, REJECT_RECORD, out of range",
        "22P02, REJECT_RECORD, invalid text",
        "23502, REJECT_RECORD, not null",
        "23503, REJECT_RECORD, foreign key",
        "23505, REJECT_RECORD, unique",
        "23514, REJECT_RECORD, check",
        "42804, REJECT_RECORD, datatype mismatch",
        "44000, REJECT_RECORD, with check option",
        "42501, STOP, insufficient privilege",
        "42P01, STOP, undefined table",
        "42703, STOP, undefined column",
        "3D000, STOP, no such database",
        "28000, STOP, not authorised",
        "28P01, STOP, wrong password",
        "0A000, STOP, not supported",
        "XX000, STOP, internal error",
        "'', STOP, none",
    })
    void decidesFromTheState(String state, Outcome expected, String meaning) {
        assertThat(Outcome.of(new SQLException(meaning, state))).as(meaning).isEqualTo(expected);
    }

    @Test
    void aFailureWithoutAStateStops() {
        assertThat(Outcome.of(new SQLException("odd"))).isEqualTo(Outcome.STOP);
    }

    @Test
    void stopReasonsSayWhatToDo() {
        assertThat(StopReasons.of(
                        new SQLException("permission denied for table orders", "42501"), "jdbc:postgresql://db/x"))
                .hasMessage(
                        "Cannot write to jdbc:postgresql://db/x: permission denied for table orders (SQLSTATE 42501)."
                                + " Grant the connector's role what is missing, then restart the task.");
    }

    @Test
    void whatIsTriedAgainIsToldWithWhatWouldHelp() {
        assertThat(RetryHints.of(new SQLException("cannot execute INSERT", "25006")))
                .isEqualTo(
                        ": the server is a read-only standby, or default_transaction_read_only is set there. Promote it,"
                                + " or let connection.url lead to the primary");
        assertThat(RetryHints.of(new SQLException("could not extend file", "53100")))
                .contains("disk", "full");
        assertThat(RetryHints.of(new SQLException("too many clients", "53300"))).contains("max_connections");
        assertThat(RetryHints.of(new SQLException("deadlock detected", "40P01")))
                .isEmpty();
    }
}
