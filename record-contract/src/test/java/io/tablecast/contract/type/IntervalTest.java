// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntervalTest {

    // The texts and numbers are those of Debezium 3.6.
    @ParameterizedTest
    @CsvSource({
        "14, 3, 14706780000, P1Y2M3DT4H5M6.78S, 37091106780000",
        "-14, 3, -14706780000, P-1Y-2M3DT-4H-5M-6.78S, -36572706780000",
        "-14, 0, 0, P-1Y-2M0DT0H0M0S, -36817200000000",
        "0, 0, 360000000000, P0Y0M0DT100H0M0S, 360000000000",
        "0, 0, -500000, P0Y0M0DT0H0M-0.5S, -500000",
        "0, 0, -60500000, P0Y0M0DT0H-1M-0.5S, -60500000",
        "1, -1, 0, P0Y1M-1DT0H0M0S, 2543400000000",
        "2136000000, 0, 0, P178000000Y0M0DT0H0M0S, 9223372036854775807",
        "0, 0, 1, P0Y0M0DT0H0M0.000001S, 1",
        "0, 0, 10000000, P0Y0M0DT0H0M10S, 10000000",
        "2147483647, 2147483647, 9223372036854775807, infinity, 9223372036854775807",
        "-2147483648, -2147483648, -9223372036854775808, -infinity, -9223372036854775808"
    })
    void textAndNumberAreDebeziums(int months, int days, long micros, String text, long average) {
        Interval interval = new Interval(months, days, micros);

        assertThat(interval.toIsoText()).isEqualTo(text);
        assertThat(interval.averageMicros()).isEqualTo(average);
        assertThat(Interval.parse(text)).isEqualTo(interval);
    }

    @RepeatedTest(5)
    void anyIntervalSurvives() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            Interval interval = new Interval(random.nextInt(), random.nextInt(), random.nextLong());

            assertThat(Interval.parse(interval.toIsoText())).as("seed %d", seed).isEqualTo(interval);
        }
    }

    @ParameterizedTest
    @CsvSource({"P2W, 0, 14, 0", "PT1.5H, 0, 0, 5400000000", "P1Y, 12, 0, 0", "PT-0.000001S, 0, 0, -1"})
    void otherDurationsOfIso8601AreRead(String text, int months, int days, long micros) {
        assertThat(Interval.parse(text)).isEqualTo(new Interval(months, days, micros));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "P", "1 day", "P1X", "PT1D", "P1.5Y", "P1", "PTxS", "P99999999999Y", "PT99999999999999H"})
    void whatPostgresHasNoIntervalForIsRefused(String text) {
        assertThatThrownBy(() -> Interval.parse(text))
                .isInstanceOfAny(IllegalArgumentException.class, ArithmeticException.class);
    }
}
