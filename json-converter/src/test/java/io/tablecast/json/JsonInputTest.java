// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonInputTest {

    @ParameterizedTest
    @ValueSource(
            longs = {0, 1, -1, 999_999_999_999_999_999L, 1_000_000_000_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE})
    void integers(long value) throws UnusualValueException {
        JsonInput in = input(value + ",");

        assertThat(in.integer()).isEqualTo(value);
        assertThat(in.passIfNext(',')).isTrue();
        assertThat(in.isAtEnd()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "+1", "01", "-01", "1.5", "1e5", "1E5", "1.", "x", "\"1\"", "null", " 1"})
    void notIntegers(String json) {
        assertUnusual(() -> input(json).integer());
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808", "-9223372036854775809", "99999999999999999999"})
    void integersThatDoNotFit(String json) {
        assertThatThrownBy(() -> input(json).integer()).isInstanceOf(NumberFormatException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "10", "0.5", "-1.50", "1E5", "1e-5", "1.25e+300"})
    void numbers(String json) throws UnusualValueException {
        JsonInput in = input(json + "]");

        assertThat(in.isNumber()).isTrue();
        assertThat(in.number()).isEqualTo(json);
        assertThat(in.passIfNext(']')).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "01", "1.", ".5", "1e", "1e+", "-.5", "NaN"})
    void notNumbers(String json) {
        assertUnusual(() -> input(json).number());
    }

    @Test
    void numbersLongerThanJacksonTakesAreLeftToIt() throws UnusualValueException {
        assertThat(input("1".repeat(1000)).number()).hasSize(1000);
        assertUnusual(() -> input("1".repeat(1001)).number());
    }

    @Test
    void texts() throws UnusualValueException {
        assertThat(input("\"\"").text()).isEmpty();
        assertThat(input("\"a\u00e9\u20ac\ud83d\ude00 \u007f/\"").text())
                .isEqualTo("a\u00e9\u20ac\ud83d\ude00 \u007f/");
        assertThat(input("\"\\\"\\\\\\/\\b\\t\\n\\f\\r\\u00e9\\uD83D\\ude00\\\\\"")
                        .text())
                .isEqualTo("\"\\/\b\t\n\f\r\u00e9\ud83d\ude00\\");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "\"",
                "\"abc",
                "\"\\\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\u\u0661\u0661\u0661\u0661\"",
                "\"\n\"",
                "\"\ufffd\""
            })
    void notTexts(String json) {
        assertUnusual(() -> input(json).text());
    }

    @Test
    void bytesThatAreNoUtf8() {
        byte[] bytes = "\"\u00e9\"".getBytes(ISO_8859_1);

        assertUnusual(() -> new JsonInput(bytes, 0, bytes.length).text());
    }

    @Test
    void bytes() throws UnusualValueException {
        assertThat(input("\"\"").binary()).isEmpty();
        assertThat(input("\"QQ==\"").binary()).isEqualTo("A".getBytes(UTF_8));
        assertUnusual(() -> input("\"QQ\"").binary());
        assertThatThrownBy(() -> input("\"Q Q=\"").binary()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingBehindTheEndIsRead() {
        byte[] bytes = "nulltrue\"a\"12".getBytes(UTF_8);

        assertThat(new JsonInput(bytes, 0, 3).passNull()).isFalse();
        assertUnusual(() -> new JsonInput(bytes, 4, 7).bool());
        assertUnusual(() -> new JsonInput(bytes, 8, 10).text());
        assertUnusual(() -> new JsonInput(bytes, 8, 10).binary());
        assertUnusual(() -> new JsonInput(bytes, 11, 11).integer());
        assertThat(new JsonInput(bytes, 11, 11).isNumber()).isFalse();
    }

    private static JsonInput input(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        return new JsonInput(bytes, 0, bytes.length);
    }

    private static void assertUnusual(Reading reading) {
        assertThatThrownBy(reading::read).isInstanceOf(UnusualValueException.class);
    }

    private interface Reading {
        Object read() throws UnusualValueException;
    }
}
