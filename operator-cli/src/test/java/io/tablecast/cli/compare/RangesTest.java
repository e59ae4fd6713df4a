// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class RangesTest {

    @Test
    void numbersAreDividedIntoEqualPartsThatHoldThemAll() {
        Ranges ranges = Ranges.of(10_000, BigInteger.valueOf(-50), BigInteger.valueOf(50));

        assertThat(ranges).isEqualTo(new Ranges.OfNumbers(-50, 21, 5));
        assertThat(((Ranges.OfNumbers) ranges).start(0)).isEqualTo(-50);
        assertThat(((Ranges.OfNumbers) ranges).start(5)).isGreaterThan(BigInteger.valueOf(50));
    }

    @Test
    void fewRowsAreOneRange() {
        assertThat(Ranges.of(0, null, null)).isEqualTo(new Ranges.OfHashes(1));
        assertThat(Ranges.of(3, BigInteger.ONE, BigInteger.TEN)).isEqualTo(new Ranges.OfNumbers(1, 10, 1));
    }

    @Test
    void keysThatAreNoNumbersAreDividedByTheirHash() {
        assertThat(Ranges.of(1_000_000, null, null)).isEqualTo(new Ranges.OfHashes(500));
    }

    @Test
    void rangesOfLargeTablesHoldMoreRowsButNeverTooMany() {
        assertThat(Ranges.of(100_000_000, null, null).count()).isEqualTo(4_096);
        assertThat(Ranges.of(1_000_000_000, null, null).count()).isEqualTo(20_000);
        assertThat(Ranges.of(20_000_000_000L, BigInteger.ONE, BigInteger.TEN.pow(11))
                        .count())
                .isEqualTo(400_000);
    }

    @Test
    void numbersWhoseDistanceIsNoBigintAreDividedByTheirHash() {
        assertThat(Ranges.of(10_000, BigInteger.valueOf(Long.MIN_VALUE), BigInteger.valueOf(Long.MAX_VALUE)))
                .isEqualTo(new Ranges.OfHashes(5));
    }
}
