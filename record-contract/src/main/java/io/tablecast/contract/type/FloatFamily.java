// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code real} and {@code double precision} as float32 and float64, NaN and infinities included. */
final class FloatFamily implements TypeFamily {

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        return switch (source.type().oid()) {
            case Oids.FLOAT4 ->
                Optional.of(ReadPlan.of(
                        SchemaBuilder.float32(),
                        (buffer, offset, length) -> Float.intBitsToFloat(Binary.readInt(buffer, offset))));
            case Oids.FLOAT8 ->
                Optional.of(ReadPlan.of(
                        SchemaBuilder.float64(),
                        (buffer, offset, length) -> Double.longBitsToDouble(Binary.readLong(buffer, offset))));
            default -> Optional.empty();
        };
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        return switch (destination.type().oid()) {
            case Oids.FLOAT4 -> ConnectNumbers.doubles(schema).map(number -> new Single(number, destination));
            case Oids.FLOAT8 -> ConnectNumbers.doubles(schema).map(number -> new Twofold(number, destination));
            default -> Optional.empty();
        };
    }

    private record Single(ToDoubleFunction<Object> number, TypedColumn destination) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            out.writeInt(Float.floatToRawIntBits(single(value)));
        }

        @Override
        public String text(Object value) {
            return Float.toString(single(value));
        }

        private float single(Object value) {
            double exact = number.applyAsDouble(value);
            float rounded = (float) exact;
            if (Float.isInfinite(rounded) && !Double.isInfinite(exact)) {
                throw new ValueOutOfRangeException(destination, "the number " + exact);
            }
            return rounded;
        }
    }

    private record Twofold(ToDoubleFunction<Object> number, TypedColumn destination) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            out.writeLong(Double.doubleToRawLongBits(finite(value)));
        }

        @Override
        public String text(Object value) {
            return Double.toString(finite(value));
        }

        private double finite(Object value) {
            double number = this.number.applyAsDouble(value);
            if (Double.isInfinite(number) && !(value instanceof Double) && !(value instanceof Float)) {
                throw new ValueOutOfRangeException(destination, "the number " + value);
            }
            return number;
        }
    }
}
