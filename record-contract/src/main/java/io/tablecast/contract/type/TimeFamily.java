// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static io.tablecast.contract.type.CalendarText.MICROS_PER_DAY;

import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Schema;

/**
 * {@code time} as Time (up to three digits of the second) or MicroTime, {@code timetz} as ZonedTime with the offset it
 * was stored with. Both hold 24:00:00.
 */
final class TimeFamily implements TypeFamily {

    private static final int MILLI_DIGITS = 3;
    // PostgreSQL's offsets stay below 16 hours.
    private static final int OFFSET_BOUND = 16 * 3600;

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        return switch (source.type().oid()) {
            case Oids.TIME ->
                Optional.of(TimestampFamily.fractionDigits(source.type()) <= MILLI_DIGITS ? millis() : micros());
            case Oids.TIMETZ -> Optional.of(zoned());
            default -> Optional.empty();
        };
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        return switch (destination.type().oid()) {
            case Oids.TIME -> ConnectTimes.timesOfDay(schema, destination).map(Writer::new);
            case Oids.TIMETZ -> zonedWriter(schema, destination);
            default -> Optional.empty();
        };
    }

    private static ReadPlan millis() {
        return ReadPlan.of(SemanticTypes.int32(SemanticTypes.TIME), (buffer, offset, length) ->
                (int) (Binary.readLong(buffer, offset) / 1000));
    }

    private static ReadPlan micros() {
        return ReadPlan.of(
                SemanticTypes.int64(SemanticTypes.MICRO_TIME),
                (buffer, offset, length) -> Binary.readLong(buffer, offset));
    }

    private static ReadPlan zoned() {
        return ReadPlan.of(
                SemanticTypes.string(SemanticTypes.ZONED_TIME),
                (buffer, offset, length) -> new CalendarText()
                        .time(Binary.readLong(buffer, offset))
                        .isoOffset(-Binary.readInt(buffer, offset + 8))
                        .toString());
    }

    private static Optional<ValueWriter> zonedWriter(Schema schema, TypedColumn destination) {
        return switch (SemanticTypes.nameOf(schema)) {
            case SemanticTypes.ZONED_TIME, SemanticTypes.ISO_TIME ->
                Optional.of(new ZonedWriter(value -> ZonedTime.parse((String) value, destination)));
            default ->
                ConnectTimes.timesOfDay(schema, destination)
                        .map(micros -> new ZonedWriter(value -> new ZonedTime(micros.applyAsLong(value), 0)));
        };
    }

    private record ZonedTime(long micros, int secondsEast) {
        static ZonedTime parse(String text, TypedColumn destination) {
            try {
                CalendarParser parser = new CalendarParser(text);
                long micros = parser.nanosOfDay() / 1000;
                int secondsEast = parser.offset();
                parser.end();
                if (micros > MICROS_PER_DAY || Math.abs(secondsEast) >= OFFSET_BOUND) {
                    throw new ValueOutOfRangeException(destination, "the time " + text);
                }
                return new ZonedTime(micros, secondsEast);
            } catch (DateTimeParseException e) {
                throw new ValueOutOfRangeException(destination, "the text '" + text + "'");
            }
        }
    }

    private record Writer(ToLongFunction<Object> micros) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            out.writeLong(micros.applyAsLong(value));
        }

        @Override
        public String text(Object value) {
            return ConnectTimes.text(micros.applyAsLong(value));
        }
    }

    private record ZonedWriter(Function<Object, ZonedTime> times) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            ZonedTime time = times.apply(value);
            out.writeLong(time.micros());
            out.writeInt(-time.secondsEast());
        }

        @Override
        public String text(Object value) {
            ZonedTime time = times.apply(value);
            return new CalendarText()
                    .time(time.micros())
                    .offset(time.secondsEast())
                    .toString();
        }
    }
}
