// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tablecast.contract.type.SemanticTypes;
import io.tablecast.source.mysql.type.MySqlModes.ZeroDateMode;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.Optional;
import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code timestamp}: an instant, whatever the time zones of server and sessions; read by queries in UTC. */
final class TimestampCodec implements ColumnCodec {

    private static final int SECONDS_BYTES = 4;
    private static final int NANOS_OF_MICRO = 1_000;
    private static final int LENGTH_OF_WHOLE_SECONDS = 20;
    // By the number of digits.
    private static final int[] NANOS_OF_LAST_DIGIT = {0, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000};

    private final int digits;
    private final ZeroDateMode zeroDates;

    TimestampCodec(MySqlType type, ZeroDateMode zeroDates) {
        this.digits = type.scale();
        this.zeroDates = zeroDates;
    }

    @Override
    public SchemaBuilder schema() {
        return SemanticTypes.string(SemanticTypes.ZONED_TIMESTAMP);
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        long seconds = in.bigEndian(SECONDS_BYTES);
        int fractionBytes = FractionDigits.bytes(digits);
        int micros =
                fractionBytes == 0 ? 0 : (int) in.bigEndian(fractionBytes) * FractionDigits.microsOfUnit(fractionBytes);
        if (seconds == 0 && micros == 0) {
            return CalendarDay.of(0, 0, 0, zeroDates)
                    .map(day -> text(day.atStartOfDay()))
                    .orElse(null);
        }
        return text(LocalDateTime.ofEpochSecond(seconds, micros * NANOS_OF_MICRO, ZoneOffset.UTC));
    }

    @Override
    public Object ofQuery(byte[] text) {
        Optional<LocalDateTime> time = DateTimeCodec.read(text, zeroDates);
        return time.map(this::text).orElse(null);
    }

    /** {@code 2026-01-31T12:00:00.123Z}, with as many digits of the fraction as the column has. */
    private String text(LocalDateTime time) {
        byte[] text = new byte[digits == 0 ? LENGTH_OF_WHOLE_SECONDS : LENGTH_OF_WHOLE_SECONDS + 1 + digits];
        put(text, 0, 4, time.getYear());
        text[4] = '-';
        put(text, 5, 2, time.getMonthValue());
        text[7] = '-';
        put(text, 8, 2, time.getDayOfMonth());
        text[10] = 'T';
        put(text, 11, 2, time.getHour());
        text[13] = ':';
        put(text, 14, 2, time.getMinute());
        text[16] = ':';
        put(text, 17, 2, time.getSecond());
        if (digits > 0) {
            text[19] = '.';
            put(text, 20, digits, time.get(ChronoField.NANO_OF_SECOND) / NANOS_OF_LAST_DIGIT[digits]);
        }
        text[text.length - 1] = 'Z';
        return new String(text, ISO_8859_1);
    }

    private static void put(byte[] text, int from, int count, int number) {
        int rest = number;
        for (int i = from + count - 1; i >= from; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
