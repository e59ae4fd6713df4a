// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code smallint}, {@code integer} and {@code bigint} as the integer of their size, {@code oid} as int64. */
final class IntegerFamily implements TypeFamily {

    private static final long OID_MAX = 0xffff_ffffL;

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        return switch (source.type().oid()) {
            case Oids.INT2 -> plan(SchemaBuilder.int16(), (buffer, offset, length) -> Binary.readShort(buffer, offset));
            case Oids.INT4 -> plan(SchemaBuilder.int32(), (buffer, offset, length) -> Binary.readInt(buffer, offset));
            case Oids.INT8 -> plan(SchemaBuilder.int64(), (buffer, offset, length) -> Binary.readLong(buffer, offset));
            case Oids.OID ->
                plan(SchemaBuilder.int64(), (buffer, offset, length) -> Binary.readInt(buffer, offset) & OID_MAX);
            default -> Optional.empty();
        };
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        return switch (destination.type().oid()) {
            case Oids.INT2 -> writer(schema, destination, Short.MIN_VALUE, Short.MAX_VALUE, Short.BYTES);
            case Oids.INT4 -> writer(schema, destination, Integer.MIN_VALUE, Integer.MAX_VALUE, Integer.BYTES);
            case Oids.INT8 -> writer(schema, destination, Long.MIN_VALUE, Long.MAX_VALUE, Long.BYTES);
            case Oids.OID -> writer(schema, destination, 0, OID_MAX, Integer.BYTES);
            default -> Optional.empty();
        };
    }

    private static Optional<ReadPlan> plan(SchemaBuilder schema, ValueReader reader) {
        return Optional.of(ReadPlan.of(schema, reader));
    }

    private static Optional<ValueWriter> writer(
            Schema schema, TypedColumn destination, long least, long greatest, int bytes) {
        return ConnectNumbers.longs(schema, destination)
                .map(number -> new Writer(number, destination, least, greatest, bytes));
    }

    private record Writer(ToLongFunction<Object> number, TypedColumn destination, long least, long greatest, int bytes)
            implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            long checked = checked(value);
            switch (bytes) {
                case Short.BYTES -> out.writeShort((int) checked);
                case Integer.BYTES -> out.writeInt((int) checked);
                default -> out.writeLong(checked);
            }
        }

        @Override
        public String text(Object value) {
            return Long.toString(checked(value));
        }

        private long checked(Object value) {
            long whole = number.applyAsLong(value);
            if (whole < least || whole > greatest) {
                throw new ValueOutOfRangeException(destination, "the number " + whole);
            }
            return whole;
        }
    }
}
