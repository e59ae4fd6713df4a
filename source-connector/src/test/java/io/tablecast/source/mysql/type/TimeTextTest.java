// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.source.mysql.type.MySqlModes.ZeroDateMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {

    @ParameterizedTest
    @CsvSource({
        "2026-01-31 12:00:00, 2026-01-31T12:00",
        "2026-01-31 12:00:00.5, 2026-01-31T12:00:00.500",
        "2026-01-31 12:00:00.000001, 2026-01-31T12:00:00.000001",
        "0001-01-01 00:00:00, 0001-01-01T00:00",
        "9999-12-31 23:59:59.999999, 9999-12-31T23:59:59.999999"
    })
    void timesAreRead(String text, String time) {
        assertThat(DateTimeCodec.read(bytes(text), ZeroDateMode.FAIL).orElseThrow())
                .hasToString(time);
    }

    @ParameterizedTest
    @CsvSource({
        "00:00:00, 0",
        "-00:00:00.000001, -1",
        "838:59:59, 3020399000000",
        "-838:59:59.000000, -3020399000000",
        "25:00:01.5, 90001500000"
    })
    void durationsAreRead(String text, long micros) {
        assertThat(new TimeCodec(MySqlType.parse("time(6)", "")).ofQuery(bytes(text)))
                .isEqualTo(micros);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "abc",
                "2026-01-31",
                "2026-01-31 12:00",
                "2026-01-31T12:00:00",
                "2026-01-31 12:00:00.",
                "2026-01-31 12:00:00 ",
                "2026-01-31 12:00:00.1234567",
                "99999999999-01-31 12:00:00"
            })
    void whatIsNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> DateTimeCodec.read(bytes(text), ZeroDateMode.FAIL))
                .isInstanceOfAny(
                        NumberFormatException.class, IndexOutOfBoundsException.class, ArithmeticException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "12:00:00", "2026-01-31 00:00:00", "2026-01-"})
    void whatIsNoDayIsRefused(String text) {
        assertThatThrownBy(() -> new DateCodec(ZeroDateMode.FAIL).ofQuery(bytes(text)))
                .isInstanceOfAny(NumberFormatException.class, IndexOutOfBoundsException.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
