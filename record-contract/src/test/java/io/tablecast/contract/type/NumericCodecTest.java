// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumericCodecTest {

    private static final HexFormat HEX = HexFormat.of();

    private final CopyBuffer buffer = new CopyBuffer();

    // What numeric_send of a server gave.
    @ParameterizedTest
    @CsvSource({
        "0, 0000000000000000",
        "0.00, 0000000000000002",
        "1, 00010000000000000001",
        "-1, 00010000400000000001",
        "10000, 00010001000000000001",
        "100000000, 00010002000000000001",
        "12345.678, 0003000100000003000109291a7c",
        "-0.5, 0001ffff400000011388",
        "0.0001, 0001ffff000000040001",
        "0.00001, 0001fffe0000000503e8",
        "1.50, 000200000000000200011388",
        "99999999.9999, 0003000100000004270f270f270f",
        "922337203685477580.7, 0006000400000001005c092107f421631d9c1b58",
        "-99999999999999999999.9999, 0006000440000004270f270f270f270f270f270f",
        "123456789012345678901234567890.000000001," + "000b000700000009000c0d801ed204d2162e23340d801ed20000000003e8",
        "0.00000000000000000001, 0001fffb000000140001",
        "9223372036854775807, 0005000400000000039a0d2c0170156516af"
    })
    void numbersAreTheBytesOfPostgres(String number, String bytes) {
        NumericCodec.write(new BigDecimal(number), buffer);

        assertThat(HEX.formatHex(buffer.toByteArray())).isEqualTo(bytes);
        assertThat(NumericCodec.read(HEX.parseHex(bytes), 0)).isEqualTo(new BigDecimal(number));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 7, -10_000, Long.MAX_VALUE, Long.MIN_VALUE})
    void longsAreNumbers(long number) {
        NumericCodec.write(number, buffer);

        assertThat(NumericCodec.read(buffer.array(), 0)).isEqualTo(BigDecimal.valueOf(number));
    }

    @Test
    void negativeScaleBecomesZeros() {
        NumericCodec.write(new BigDecimal("1.2E+30"), buffer);

        assertThat(NumericCodec.read(buffer.array(), 0)).isEqualTo(new BigDecimal("12" + "0".repeat(29)));
    }

    @Test
    void longestNumbersSurvive() {
        BigDecimal longest =
                new BigDecimal("9".repeat(NumericCodec.INTEGER_DIGITS_MAX) + "." + "1".repeat(NumericCodec.SCALE_MAX));

        NumericCodec.write(longest, buffer);

        assertThat(NumericCodec.read(buffer.array(), 0)).isEqualTo(longest);
    }

    @RepeatedTest(20)
    void anyNumberSurvives() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            BigDecimal number = new BigDecimal(new BigInteger(random.nextInt(130), random), random.nextInt(25));
            BigDecimal signed = random.nextBoolean() ? number : number.negate();
            buffer.reset();

            NumericCodec.write(signed, buffer);

            assertThat(NumericCodec.read(buffer.array(), 0))
                    .as("number %d of seed %d", i, seed)
                    .isEqualTo(signed);
        }
    }
}
