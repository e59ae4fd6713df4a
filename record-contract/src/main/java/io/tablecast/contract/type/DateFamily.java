// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static io.tablecast.contract.type.ConnectTimestamps.EPOCH_DAYS;

import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Schema;

/** {@code date} as io.debezium.time.Date, its infinities as the numbers that Debezium sends for them. */
final class DateFamily implements TypeFamily {

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        if (source.type().oid() != Oids.DATE) {
            return Optional.empty();
        }
        // The sum of an infinity runs past the end of an int, and that is the number that Debezium sends.
        return Optional.of(ReadPlan.of(
                SemanticTypes.int32(SemanticTypes.DATE),
                (buffer, offset, length) -> Binary.readInt(buffer, offset) + EPOCH_DAYS));
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        if (destination.type().oid() != Oids.DATE) {
            return Optional.empty();
        }
        return ConnectDates.days(schema, destination).map(Writer::new);
    }

    /** PostgreSQL's text of a date, given as days since 2000-01-01. */
    static String text(long days) {
        if (days == ConnectDates.INFINITY) {
            return "infinity";
        }
        if (days == ConnectDates.MINUS_INFINITY) {
            return "-infinity";
        }
        long epochDay = days + EPOCH_DAYS;
        return new CalendarText().postgresDate(epochDay).era(epochDay).toString();
    }

    private record Writer(ToLongFunction<Object> days) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            out.writeInt((int) days.applyAsLong(value));
        }

        @Override
        public String text(Object value) {
            return DateFamily.text(days.applyAsLong(value));
        }
    }
}
