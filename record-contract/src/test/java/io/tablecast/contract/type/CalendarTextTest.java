// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalendarTextTest {

    private static final long LAST_DAY = 2_145_042_905L;
    private static final long FIRST_DAY = -2_440_588L;

    @RepeatedTest(20)
    void datesAreThoseOfJavaTime() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            long day = i % 2 == 0
                    ? random.nextInt(100_000) - 50_000
                    : FIRST_DAY + (long) (random.nextDouble() * (LAST_DAY - FIRST_DAY));
            String expected = LocalDate.ofEpochDay(day).toString();

            String text = new CalendarText().isoDate(day).toString();

            assertThat(text).as("day %d of seed %d", day, seed).isEqualTo(expected);
            assertThat(new CalendarParser(text).date())
                    .as("day %d of seed %d", day, seed)
                    .isEqualTo(day);
        }
    }

    @RepeatedTest(5)
    void pointsInTimeAreReadAsJavaTimeReadsThem() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            OffsetDateTime time = OffsetDateTime.of(
                    LocalDate.ofEpochDay(random.nextInt(200_000) - 100_000),
                    LocalTime.ofNanoOfDay((long) (random.nextDouble() * 86_400_000_000_000L)),
                    ZoneOffset.ofTotalSeconds(random.nextInt(36) * 1800 - 32_400));

            CalendarParser parser = new CalendarParser(time.toString());
            long day = parser.date();
            parser.separator();
            long nanos = parser.nanosOfDay();
            int offset = parser.offset();
            parser.end();

            assertThat(day * 86_400 - offset + nanos / 1_000_000_000)
                    .as("%s of seed %d", time, seed)
                    .isEqualTo(time.toEpochSecond());
            assertThat(nanos % 1_000_000_000).isEqualTo(time.getNano());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-735160, -0043-03-15, 0044-03-15 BC",
        "-719528, 0000-01-01, 0001-01-01 BC",
        "-719162, 0001-01-01, 0001-01-01",
        "2932896, 9999-12-31, 9999-12-31",
        "2932897, +10000-01-01, 10000-01-01"
    })
    void yearsBeforeOneAndAfter9999HaveTheirOwnForms(long day, String iso, String postgres) {
        assertThat(new CalendarText().isoDate(day)).hasToString(iso);
        assertThat(new CalendarText().postgresDate(day).era(day)).hasToString(postgres);
        assertThat(new CalendarParser(iso).date()).isEqualTo(day);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 00:00:00, 00:00:00.000",
        "11045000000, 03:04:05, 03:04:05.000",
        "11045120000, 03:04:05.12, 03:04:05.120",
        "11045123456, 03:04:05.123456, 03:04:05.123",
        "86400000000, 24:00:00, 24:00:00.000"
    })
    void fractionsAreAsLongAsNeededOrAsAsked(long micros, String shortest, String threeDigits) {
        assertThat(new CalendarText().time(micros)).hasToString(shortest);
        assertThat(new CalendarText().time(micros, 3)).hasToString(threeDigits);
    }

    @Test
    void offsetsShowSecondsOnlyIfThereAreAny() {
        assertThat(new CalendarText().isoOffset(0)).hasToString("Z");
        assertThat(new CalendarText().isoOffset(7200)).hasToString("+02:00");
        assertThat(new CalendarText().isoOffset(-12_600)).hasToString("-03:30");
        assertThat(new CalendarText().offset(57_599)).hasToString("+15:59:59");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "2020", "2020-13-01", "2021-02-29", "1900-02-29", "2020-1-1", "x020-01-01", "2020-00-10"})
    void whatIsNoDateIsRefused(String text) {
        assertThatThrownBy(() -> new CalendarParser(text).date())
                .isInstanceOf(DateTimeParseException.class)
                .hasMessageContaining("of '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"24:00:01", "25:00:00", "12:60:00", "1:00:00", "12", "12:00:61"})
    void whatIsNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> new CalendarParser(text).nanosOfDay()).isInstanceOf(DateTimeParseException.class);
    }
}
