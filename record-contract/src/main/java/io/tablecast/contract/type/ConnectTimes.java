// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static io.tablecast.contract.type.CalendarText.MICROS_PER_DAY;

import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Schema;

/** What values of a Connect schema are as times of day or as durations, in microseconds. */
final class ConnectTimes {

    private ConnectTimes() {}

    /** Values as microseconds since midnight, 24:00:00 included, or empty if values of the schema are no times. */
    static Optional<ToLongFunction<Object>> timesOfDay(Schema schema, TypedColumn destination) {
        return switch (SemanticTypes.nameOf(schema)) {
            case SemanticTypes.ISO_TIME, SemanticTypes.ZONED_TIME ->
                Optional.of(value -> ofIso((String) value, destination));
            case SemanticTypes.TIME,
                    SemanticTypes.MICRO_TIME,
                    SemanticTypes.NANO_TIME,
                    org.apache.kafka.connect.data.Time.LOGICAL_NAME ->
                durations(schema).map(micros -> value -> withinDay(micros.applyAsLong(value), destination));
            default -> Optional.empty();
        };
    }

    /** Values as microseconds, which may be negative or exceed a day (MySQL's TIME), or empty. */
    static Optional<ToLongFunction<Object>> durations(Schema schema) {
        return switch (SemanticTypes.nameOf(schema)) {
            case SemanticTypes.TIME -> Optional.of(value -> (Integer) value * 1000L);
            case SemanticTypes.MICRO_TIME, SemanticTypes.MICRO_DURATION -> Optional.of(value -> (Long) value);
            case SemanticTypes.NANO_TIME, SemanticTypes.NANO_DURATION ->
                Optional.of(value -> Math.floorDiv((Long) value, 1000));
            case org.apache.kafka.connect.data.Time.LOGICAL_NAME ->
                Optional.of(value -> ConnectNumbers.millis(value) * 1000);
            default -> Optional.empty();
        };
    }

    /** {@code 13:05:00.12}; hours may be more than a day's and the whole negative. */
    static String text(long micros) {
        if (micros >= 0 && micros <= MICROS_PER_DAY) {
            return new CalendarText().time(micros).toString();
        }
        // Unsigned, so that the most negative duration survives.
        long rest = Math.abs(micros);
        long hours = Long.divideUnsigned(rest, 3_600_000_000L);
        String withinHour = new CalendarText()
                .time(Long.remainderUnsigned(rest, 3_600_000_000L))
                .toString();
        return (micros < 0 ? "-" : "") + hours + withinHour.substring(2);
    }

    private static long withinDay(long micros, TypedColumn destination) {
        if (micros < 0 || micros > MICROS_PER_DAY) {
            throw new ValueOutOfRangeException(destination, "the time " + text(micros));
        }
        return micros;
    }

    private static long ofIso(String value, TypedColumn destination) {
        try {
            CalendarParser parser = new CalendarParser(value);
            long nanos = parser.nanosOfDay();
            parser.offset();
            parser.end();
            return nanos / 1000;
        } catch (DateTimeParseException e) {
            throw new ValueOutOfRangeException(destination, "the text '" + value + "'");
        }
    }
}
