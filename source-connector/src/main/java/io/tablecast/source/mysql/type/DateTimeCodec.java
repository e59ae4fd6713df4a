// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import io.tablecast.contract.type.SemanticTypes;
import io.tablecast.source.mysql.type.MySqlModes.ZeroDateMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.Optional;
import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code datetime}: a time without zone, in milliseconds up to three digits, else in microseconds. */
final class DateTimeCodec implements ColumnCodec {

    private static final int MILLIS_DIGITS = 3;
    private static final int SECONDS_BYTES = 5;
    private static final int NANOS_OF_MICRO = 1_000;

    private final int digits;
    private final ZeroDateMode zeroDates;

    DateTimeCodec(MySqlType type, ZeroDateMode zeroDates) {
        this.digits = type.scale();
        this.zeroDates = zeroDates;
    }

    @Override
    public SchemaBuilder schema() {
        return SemanticTypes.int64(digits <= MILLIS_DIGITS ? SemanticTypes.TIMESTAMP : SemanticTypes.MICRO_TIMESTAMP);
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        long packed = in.bigEndian(SECONDS_BYTES) - (1L << (8 * SECONDS_BYTES - 1));
        int yearAndMonth = (int) (packed >> 22);
        int fractionBytes = FractionDigits.bytes(digits);
        int micros =
                fractionBytes == 0 ? 0 : (int) in.bigEndian(fractionBytes) * FractionDigits.microsOfUnit(fractionBytes);
        return value(
                CalendarDay.of(yearAndMonth / 13, yearAndMonth % 13, (int) (packed >> 17 & 31), zeroDates),
                (int) (packed >> 12 & 31),
                (int) (packed >> 6 & 63),
                (int) (packed & 63),
                micros);
    }

    @Override
    public Object ofQuery(byte[] text) {
        return read(text, zeroDates).map(this::inUnits).orElse(null);
    }

    /** Reads {@code 2026-01-31 12:00:00.123}; empty for a day that becomes NULL. */
    static Optional<LocalDateTime> read(byte[] value, ZeroDateMode zeroDates) {
        TimeText text = new TimeText(value);
        int year = text.numberBefore('-');
        int month = text.numberBefore('-');
        int dayOfMonth = text.numberBefore(' ');
        int hour = text.numberBefore(':');
        int minute = text.numberBefore(':');
        int second = text.number();
        int micros = text.micros();
        return CalendarDay.of(year, month, dayOfMonth, zeroDates).map(day -> at(day, hour, minute, second, micros));
    }

    private Object value(Optional<LocalDate> day, int hour, int minute, int second, int micros) {
        return day.map(date -> inUnits(at(date, hour, minute, second, micros))).orElse(null);
    }

    private static LocalDateTime at(LocalDate day, int hour, int minute, int second, int micros) {
        return day.atTime(hour, minute, second, micros * NANOS_OF_MICRO);
    }

    private long inUnits(LocalDateTime time) {
        long seconds = time.toEpochSecond(ZoneOffset.UTC);
        return digits <= MILLIS_DIGITS
                ? seconds * 1_000 + time.get(ChronoField.MILLI_OF_SECOND)
                : seconds * 1_000_000 + time.get(ChronoField.MICRO_OF_SECOND);
    }
}
