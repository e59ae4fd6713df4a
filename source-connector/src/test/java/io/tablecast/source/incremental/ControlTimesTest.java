// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.offset.ControlType;
import io.tablecast.source.config.DstPause;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlTimesTest {

    private static final ZoneId ROME = ZoneId.of("Europe/Rome");

    private final ControlTimes times = new ControlTimes(ROME);

    /** On 25 October 2026 at 01:00 UTC clocks in Rome go from 03:00 back to 02:00; on 29 March from 02:00 to 03:00. */
    @ParameterizedTest
    @CsvSource({
        "2026-07-01T10:00:00.123456Z, 2026-07-01 12:00:00.123456",
        "2026-10-24T23:59:59Z, 2026-10-25 01:59:59.000000",
        "2026-10-25T00:00:00Z, 2026-10-25 02:00:00.000000",
        "2026-10-25T00:30:00Z, 2026-10-25 02:00:00.000000",
        "2026-10-25T00:59:59Z, 2026-10-25 02:00:00.000000",
        "2026-10-25T01:00:00Z, 2026-10-25 02:00:00.000000",
        "2026-10-25T01:30:00Z, 2026-10-25 02:30:00.000000",
        "2026-10-25T02:00:00Z, 2026-10-25 03:00:00.000000",
        "2026-03-29T00:59:59Z, 2026-03-29 01:59:59.000000",
        "2026-03-29T01:00:00Z, 2026-03-29 03:00:00.000000"
    })
    void boundStaysBelowTheHourThatComesTwice(Instant moment, String expected) {
        assertThat(times.safelyBelow(moment, ControlType.TIMESTAMP)).isEqualTo(expected);
    }

    @Test
    void noLaterMomentIsWrittenBelowTheBound() {
        Instant start = Instant.parse("2026-10-24T22:00:00Z");
        for (int minute = 0; minute < 360; minute += 7) {
            String bound = times.safelyBelow(start.plusSeconds(minute * 60L), ControlType.TIMESTAMP);
            for (int later = minute; later < 480; later += 7) {
                assertThat(times.after(start.plusSeconds(later * 60L), ControlType.TIMESTAMP))
                        .isGreaterThanOrEqualTo(bound);
            }
        }
    }

    @Test
    void dayIsReadWhenItIsOver() {
        assertThat(times.safelyBelow(Instant.parse("2026-07-01T21:59:59Z"), ControlType.DATE))
                .isEqualTo("2026-07-01");
        assertThat(times.safelyBelow(Instant.parse("2026-07-01T22:00:00Z"), ControlType.DATE))
                .isEqualTo("2026-07-02");
    }

    @Test
    void pointInTimeDoesNotDependOnTheZone() {
        assertThat(times.safelyBelow(Instant.parse("2026-10-25T00:30:00Z"), ControlType.TIMESTAMPTZ))
                .isEqualTo("2026-10-25 00:30:00.000000+00");
    }

    @Test
    void pauseIsOnlyOnDaysWhenTheClockChanges() {
        DstPause pause = DstPause.parse("00:30-03:30");

        assertThat(pause.covers(Instant.parse("2026-10-25T00:30:00Z"), ROME)).isTrue();
        assertThat(pause.covers(Instant.parse("2026-10-25T02:29:59Z"), ROME)).isTrue();
        assertThat(pause.covers(Instant.parse("2026-10-25T02:30:00Z"), ROME)).isFalse();
        assertThat(pause.covers(Instant.parse("2026-10-24T22:29:59Z"), ROME)).isFalse();
        assertThat(pause.covers(Instant.parse("2026-10-26T00:30:00Z"), ROME)).isFalse();
        assertThat(DstPause.parse("off").covers(Instant.parse("2026-10-25T00:30:00Z"), ROME))
                .isFalse();
    }
}
