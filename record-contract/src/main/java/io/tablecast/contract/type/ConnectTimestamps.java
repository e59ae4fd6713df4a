// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static io.tablecast.contract.type.CalendarText.MICROS_PER_DAY;

import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Schema;

/**
 * What values of a Connect schema are as points in time or local date-times, in PostgreSQL's own terms: microseconds
 * since 2000-01-01 with its infinities.
 */
final class ConnectTimestamps {

    static final long INFINITY = Long.MAX_VALUE;
    static final long MINUS_INFINITY = Long.MIN_VALUE;
    /** From 1970-01-01 to 2000-01-01, where PostgreSQL counts from. */
    static final int EPOCH_DAYS = 10_957;

    static final long EPOCH_MICROS = EPOCH_DAYS * MICROS_PER_DAY;

    // What Debezium sends for infinite timestamps: pgjdbc's infinite dates, taken as microseconds.
    static final long MICRO_INFINITY = 9_223_372_036_825_200_000L;
    static final long MICRO_MINUS_INFINITY = -9_223_372_036_832_400_000L;
    static final long MILLI_INFINITY = MICRO_INFINITY / 1000;
    static final long MILLI_MINUS_INFINITY = MICRO_MINUS_INFINITY / 1000;

    // 4714-11-24 BC and the first instant after the year 294276, which bound the timestamp types.
    private static final long FIRST = -211_813_488_000_000_000L;
    private static final long END = 9_223_371_331_200_000_000L;

    private ConnectTimestamps() {}

    /** Values as microseconds since 2000-01-01, or empty if values of the schema are no timestamps. */
    static Optional<ToLongFunction<Object>> micros(Schema schema, TypedColumn destination) {
        return switch (SemanticTypes.nameOf(schema)) {
            case SemanticTypes.TIMESTAMP -> Optional.of(value -> ofMillis((Long) value, destination));
            case SemanticTypes.MICRO_TIMESTAMP -> Optional.of(value -> ofMicros((Long) value, destination));
            case SemanticTypes.NANO_TIMESTAMP -> Optional.of(value -> ofNanos((Long) value, destination));
            case SemanticTypes.ZONED_TIMESTAMP, SemanticTypes.ISO_TIMESTAMP ->
                Optional.of(value -> ofIso((String) value, destination));
            case SemanticTypes.DATE, SemanticTypes.ISO_DATE, org.apache.kafka.connect.data.Date.LOGICAL_NAME ->
                ConnectDates.days(schema, destination)
                        .map(days -> value -> ofDays(days.applyAsLong(value), destination));
            case org.apache.kafka.connect.data.Timestamp.LOGICAL_NAME ->
                Optional.of(value -> ofMillis(ConnectNumbers.millis(value), destination));
            default -> Optional.empty();
        };
    }

    /** Whether the microseconds are one of the infinities. */
    static boolean isInfinite(long micros) {
        return micros == INFINITY || micros == MINUS_INFINITY;
    }

    private static long ofMillis(long millis, TypedColumn destination) {
        if (millis == MILLI_INFINITY || millis == Long.MAX_VALUE) {
            return INFINITY;
        }
        if (millis == MILLI_MINUS_INFINITY || millis == Long.MIN_VALUE) {
            return MINUS_INFINITY;
        }
        long sinceEpoch = millis - EPOCH_MICROS / 1000;
        if (sinceEpoch < FIRST / 1000 || sinceEpoch >= END / 1000) {
            throw new ValueOutOfRangeException(destination, "the time " + millis + " ms since 1970");
        }
        return sinceEpoch * 1000;
    }

    private static long ofMicros(long micros, TypedColumn destination) {
        if (micros == MICRO_INFINITY || micros == Long.MAX_VALUE) {
            return INFINITY;
        }
        if (micros <= MICRO_MINUS_INFINITY) {
            if (micros == MICRO_MINUS_INFINITY || micros == Long.MIN_VALUE) {
                return MINUS_INFINITY;
            }
            throw new ValueOutOfRangeException(destination, "the time " + micros + " microseconds since 1970");
        }
        long sinceEpoch = micros - EPOCH_MICROS;
        if (sinceEpoch < FIRST || sinceEpoch >= END) {
            throw new ValueOutOfRangeException(destination, "the time " + micros + " microseconds since 1970");
        }
        return sinceEpoch;
    }

    private static long ofNanos(long nanos, TypedColumn destination) {
        if (nanos == Long.MAX_VALUE) {
            return INFINITY;
        }
        if (nanos == Long.MIN_VALUE) {
            return MINUS_INFINITY;
        }
        return ofMicros(Math.floorDiv(nanos, 1000), destination);
    }

    private static long ofIso(String text, TypedColumn destination) {
        if (text.equals("infinity")) {
            return INFINITY;
        }
        if (text.equals("-infinity")) {
            return MINUS_INFINITY;
        }
        try {
            CalendarParser parser = new CalendarParser(text);
            long day = parser.date() - EPOCH_DAYS;
            parser.separator();
            long micros = parser.nanosOfDay() / 1000;
            int secondsEast = parser.offset();
            parser.end();
            // Days that overflow a long as microseconds are far outside the range, so compare them first.
            if (Math.abs(day) > END / MICROS_PER_DAY + 1) {
                throw new ValueOutOfRangeException(destination, "the time " + text);
            }
            long sinceEpoch = Math.addExact(Math.multiplyExact(day, MICROS_PER_DAY), micros - secondsEast * 1_000_000L);
            if (sinceEpoch < FIRST || sinceEpoch >= END) {
                throw new ValueOutOfRangeException(destination, "the time " + text);
            }
            return sinceEpoch;
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new ValueOutOfRangeException(destination, "the text '" + text + "'");
        }
    }

    private static long ofDays(long days, TypedColumn destination) {
        if (days == ConnectDates.INFINITY) {
            return INFINITY;
        }
        if (days == ConnectDates.MINUS_INFINITY) {
            return MINUS_INFINITY;
        }
        if (days * MICROS_PER_DAY / MICROS_PER_DAY != days || days >= END / MICROS_PER_DAY) {
            throw new ValueOutOfRangeException(destination, "the day " + (days + EPOCH_DAYS) + " since 1970");
        }
        return days * MICROS_PER_DAY;
    }
}
