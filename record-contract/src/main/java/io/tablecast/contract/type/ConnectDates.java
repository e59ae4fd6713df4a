// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static io.tablecast.contract.type.CalendarText.MICROS_PER_DAY;
import static io.tablecast.contract.type.ConnectTimestamps.EPOCH_DAYS;

import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Schema;

/** What values of a Connect schema are as dates, in PostgreSQL's own terms: days since 2000-01-01 with its infinities. */
final class ConnectDates {

    static final int INFINITY = Integer.MAX_VALUE;
    static final int MINUS_INFINITY = Integer.MIN_VALUE;

    // What Debezium sends for infinite dates while streaming: PostgreSQL's own values, shifted past the end of an int.
    static final int DEBEZIUM_INFINITY = INFINITY + EPOCH_DAYS;
    static final int DEBEZIUM_MINUS_INFINITY = MINUS_INFINITY + EPOCH_DAYS;
    // What it sends for them in snapshots: java.sql.Date cut to an int, a day apart east and west of Greenwich.
    private static final int SNAPSHOT_INFINITY = -622_191_234;
    private static final int SNAPSHOT_MINUS_INFINITY = -625_821_272;

    // 4714-11-24 BC and the first day after the year 5874897, which bound the date type.
    private static final long FIRST = -2_451_545;
    private static final long END = 2_145_031_949;

    private static final long MILLIS_PER_DAY = 86_400_000;

    private ConnectDates() {}

    /** Values as days since 2000-01-01, or empty if values of the schema have no date. */
    static Optional<ToLongFunction<Object>> days(Schema schema, TypedColumn destination) {
        return switch (SemanticTypes.nameOf(schema)) {
            case SemanticTypes.DATE -> Optional.of(value -> ofEpochDay((Integer) value, destination));
            case SemanticTypes.ISO_DATE -> Optional.of(value -> ofIso((String) value, destination));
            case org.apache.kafka.connect.data.Date.LOGICAL_NAME ->
                Optional.of(
                        value -> ofEpochDay(Math.floorDiv(ConnectNumbers.millis(value), MILLIS_PER_DAY), destination));
            case SemanticTypes.TIMESTAMP,
                    SemanticTypes.MICRO_TIMESTAMP,
                    SemanticTypes.NANO_TIMESTAMP,
                    SemanticTypes.ZONED_TIMESTAMP,
                    SemanticTypes.ISO_TIMESTAMP,
                    org.apache.kafka.connect.data.Timestamp.LOGICAL_NAME ->
                ConnectTimestamps.micros(schema, destination)
                        .map(micros -> value -> ofMicros(micros.applyAsLong(value)));
            default -> Optional.empty();
        };
    }

    private static long ofEpochDay(long epochDay, TypedColumn destination) {
        if (epochDay == DEBEZIUM_INFINITY
                || epochDay == SNAPSHOT_INFINITY
                || epochDay == SNAPSHOT_INFINITY + 1
                || epochDay == Integer.MAX_VALUE) {
            return INFINITY;
        }
        if (epochDay == DEBEZIUM_MINUS_INFINITY
                || epochDay == SNAPSHOT_MINUS_INFINITY
                || epochDay == SNAPSHOT_MINUS_INFINITY + 1
                || epochDay == Integer.MIN_VALUE) {
            return MINUS_INFINITY;
        }
        return checked(epochDay - EPOCH_DAYS, destination, "the day " + epochDay + " since 1970");
    }

    private static long ofIso(String text, TypedColumn destination) {
        try {
            CalendarParser parser = new CalendarParser(text);
            long epochDay = parser.date();
            parser.offset();
            parser.end();
            return checked(epochDay - EPOCH_DAYS, destination, "the date " + text);
        } catch (DateTimeParseException e) {
            throw new ValueOutOfRangeException(destination, "the text '" + text + "'");
        }
    }

    private static long ofMicros(long micros) {
        if (micros == ConnectTimestamps.INFINITY) {
            return INFINITY;
        }
        if (micros == ConnectTimestamps.MINUS_INFINITY) {
            return MINUS_INFINITY;
        }
        return Math.floorDiv(micros, MICROS_PER_DAY);
    }

    private static long checked(long days, TypedColumn destination, String value) {
        if (days < FIRST || days >= END) {
            throw new ValueOutOfRangeException(destination, value);
        }
        return days;
    }
}
