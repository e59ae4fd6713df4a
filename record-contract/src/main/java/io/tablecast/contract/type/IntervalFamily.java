// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import io.tablecast.contract.type.TypeModes.IntervalMode;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Schema;

/**
 * {@code interval} as io.debezium.time.Interval, an ISO 8601 duration, or by {@code interval.handling.mode} as
 * MicroDuration. The infinities of PostgreSQL 17 and newer are {@code infinity} and {@code -infinity}, or the greatest
 * and the least number.
 */
final class IntervalFamily implements TypeFamily {

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        if (source.type().oid() != Oids.INTERVAL) {
            return Optional.empty();
        }
        if (modes.interval() == IntervalMode.NUMERIC) {
            return Optional.of(ReadPlan.of(
                    SemanticTypes.int64(SemanticTypes.MICRO_DURATION),
                    (buffer, offset, length) -> interval(buffer, offset).averageMicros()));
        }
        return Optional.of(ReadPlan.of(
                SemanticTypes.string(SemanticTypes.INTERVAL),
                (buffer, offset, length) -> interval(buffer, offset).toIsoText()));
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        if (destination.type().oid() != Oids.INTERVAL) {
            return Optional.empty();
        }
        if (SemanticTypes.nameOf(schema).equals(SemanticTypes.INTERVAL)) {
            return Optional.of(new Writer(destination));
        }
        return ConnectTimes.durations(schema).map(DurationWriter::new);
    }

    private static Interval interval(byte[] buffer, int offset) {
        return new Interval(
                Binary.readInt(buffer, offset + 12),
                Binary.readInt(buffer, offset + 8),
                Binary.readLong(buffer, offset));
    }

    private static void append(Interval interval, CopyBuffer out) {
        out.writeLong(interval.micros());
        out.writeInt(interval.days());
        out.writeInt(interval.months());
    }

    private record Writer(TypedColumn destination) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            append(parsed(value), out);
        }

        @Override
        public String text(Object value) {
            return parsed(value).toPostgresText();
        }

        private Interval parsed(Object value) {
            try {
                return Interval.parse((String) value);
            } catch (ArithmeticException | IllegalArgumentException e) {
                throw new ValueOutOfRangeException(destination, "the text '" + value + "'");
            }
        }
    }

    private record DurationWriter(ToLongFunction<Object> micros) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            append(Interval.ofMicros(micros.applyAsLong(value)), out);
        }

        @Override
        public String text(Object value) {
            return Interval.ofMicros(micros.applyAsLong(value)).toPostgresText();
        }
    }
}
