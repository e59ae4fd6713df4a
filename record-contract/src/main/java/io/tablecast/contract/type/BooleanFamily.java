// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code boolean} as Connect boolean. */
final class BooleanFamily implements TypeFamily {

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        if (source.type().oid() != Oids.BOOL) {
            return Optional.empty();
        }
        return Optional.of(ReadPlan.of(SchemaBuilder.bool(), (buffer, offset, length) -> buffer[offset] != 0));
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        if (destination.type().oid() != Oids.BOOL) {
            return Optional.empty();
        }
        return ConnectNumbers.longs(schema, destination).map(number -> new Writer(number, destination));
    }

    private record Writer(ToLongFunction<Object> number, TypedColumn destination) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            out.writeByte(bit(value));
        }

        @Override
        public String text(Object value) {
            return bit(value) == 1 ? "t" : "f";
        }

        private int bit(Object value) {
            long bit = number.applyAsLong(value);
            if (bit != 0 && bit != 1) {
                throw new ValueOutOfRangeException(destination, "the number " + bit);
            }
            return (int) bit;
        }
    }
}
