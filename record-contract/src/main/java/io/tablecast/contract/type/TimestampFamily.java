// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static io.tablecast.contract.type.CalendarText.MICROS_PER_DAY;
import static io.tablecast.contract.type.ConnectTimestamps.EPOCH_DAYS;
import static io.tablecast.contract.type.ConnectTimestamps.EPOCH_MICROS;

import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Schema;

/**
 * {@code timestamp} as Timestamp (up to three digits of the second) or MicroTimestamp, {@code timestamptz} as
 * ZonedTimestamp in UTC. Infinities are what Debezium sends: the numbers of pgjdbc's infinite dates, and the texts
 * {@code infinity} and {@code -infinity}. Local date-times count as UTC where a zone is needed.
 */
final class TimestampFamily implements TypeFamily {

    private static final int MILLI_DIGITS = 3;
    private static final int MICRO_DIGITS = 6;

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        int digits = fractionDigits(source.type());
        return switch (source.type().oid()) {
            case Oids.TIMESTAMP -> Optional.of(digits <= MILLI_DIGITS ? millis() : micros(source));
            case Oids.TIMESTAMPTZ -> Optional.of(zoned(digits));
            default -> Optional.empty();
        };
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        return switch (destination.type().oid()) {
            case Oids.TIMESTAMP -> ConnectTimestamps.micros(schema, destination).map(micros -> new Writer(micros, ""));
            case Oids.TIMESTAMPTZ ->
                ConnectTimestamps.micros(schema, destination).map(micros -> new Writer(micros, "+00"));
            default -> Optional.empty();
        };
    }

    /** The digits of the second that a time or timestamp type keeps. */
    static int fractionDigits(PostgresType type) {
        return type.modifier() < 0 ? MICRO_DIGITS : Math.min(type.modifier(), MICRO_DIGITS);
    }

    /** PostgreSQL's text of a timestamp without zone, given as microseconds since 2000-01-01. */
    static String text(long micros) {
        return text(micros, "");
    }

    private static String text(long micros, String zone) {
        if (micros == ConnectTimestamps.INFINITY) {
            return "infinity";
        }
        if (micros == ConnectTimestamps.MINUS_INFINITY) {
            return "-infinity";
        }
        long days = Math.floorDiv(micros, MICROS_PER_DAY);
        CalendarText text =
                new CalendarText().postgresDate(days + EPOCH_DAYS).append(' ').time(micros - days * MICROS_PER_DAY);
        for (int i = 0; i < zone.length(); i++) {
            text.append(zone.charAt(i));
        }
        return text.era(days + EPOCH_DAYS).toString();
    }

    private static ReadPlan millis() {
        return ReadPlan.of(SemanticTypes.int64(SemanticTypes.TIMESTAMP), (buffer, offset, length) -> {
            long micros = Binary.readLong(buffer, offset);
            if (micros == ConnectTimestamps.INFINITY) {
                return ConnectTimestamps.MILLI_INFINITY;
            }
            if (micros == ConnectTimestamps.MINUS_INFINITY) {
                return ConnectTimestamps.MILLI_MINUS_INFINITY;
            }
            return Math.floorDiv(micros, 1000) + EPOCH_MICROS / 1000;
        });
    }

    private static ReadPlan micros(TypedColumn source) {
        return ReadPlan.of(SemanticTypes.int64(SemanticTypes.MICRO_TIMESTAMP), (buffer, offset, length) -> {
            long micros = Binary.readLong(buffer, offset);
            if (micros == ConnectTimestamps.INFINITY) {
                return ConnectTimestamps.MICRO_INFINITY;
            }
            if (micros == ConnectTimestamps.MINUS_INFINITY) {
                return ConnectTimestamps.MICRO_MINUS_INFINITY;
            }
            // From here on microseconds since 1970 mean infinity or exceed 64 bits.
            if (micros >= ConnectTimestamps.MICRO_INFINITY - EPOCH_MICROS) {
                throw new UnreadableValueException(
                        source,
                        "the timestamp " + text(micros),
                        "Microseconds in 64 bits end in the year 294247: use 'infinity' for such values.");
            }
            return micros + EPOCH_MICROS;
        });
    }

    private static ReadPlan zoned(int digits) {
        return ReadPlan.of(SemanticTypes.string(SemanticTypes.ZONED_TIMESTAMP), (buffer, offset, length) -> {
            long micros = Binary.readLong(buffer, offset);
            if (ConnectTimestamps.isInfinite(micros)) {
                return micros == ConnectTimestamps.INFINITY ? "infinity" : "-infinity";
            }
            long days = Math.floorDiv(micros, MICROS_PER_DAY);
            long microsOfDay = micros - days * MICROS_PER_DAY;
            CalendarText text = new CalendarText().isoDate(days + EPOCH_DAYS).append('T');
            // Debezium shows all digits that the column keeps, except that a column without any shows none.
            return (digits == 0 ? text.time(microsOfDay) : text.time(microsOfDay, digits))
                    .append('Z')
                    .toString();
        });
    }

    private record Writer(ToLongFunction<Object> micros, String zone) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            out.writeLong(micros.applyAsLong(value));
        }

        @Override
        public String text(Object value) {
            return TimestampFamily.text(micros.applyAsLong(value), zone);
        }
    }
}
