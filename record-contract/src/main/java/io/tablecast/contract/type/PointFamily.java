// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** {@code point} as io.debezium.data.geometry.Point. PostgreSQL's other shapes are read as text. */
final class PointFamily implements TypeFamily {

    private static final int WKB_LENGTH = 21;
    private static final int WKB_POINT = 1;

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        if (source.type().oid() != Oids.POINT) {
            return Optional.empty();
        }
        return Optional.of(ReadPlan.bound(
                SemanticTypes.point(),
                schema -> (buffer, offset, length) -> struct(
                        schema,
                        Double.longBitsToDouble(Binary.readLong(buffer, offset)),
                        Double.longBitsToDouble(Binary.readLong(buffer, offset + 8)))));
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        boolean point = SemanticTypes.nameOf(schema).equals(SemanticTypes.POINT);
        if (destination.type().oid() != Oids.POINT || !point) {
            return Optional.empty();
        }
        return Optional.of(new Writer());
    }

    private static Struct struct(Schema schema, double x, double y) {
        byte[] wkb = ByteBuffer.allocate(WKB_LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 1)
                .putInt(WKB_POINT)
                .putDouble(x)
                .putDouble(y)
                .array();
        return new Struct(schema).put("x", x).put("y", y).put("wkb", wkb);
    }

    private record Writer() implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            Struct point = (Struct) value;
            out.writeLong(Double.doubleToRawLongBits(point.getFloat64("x")));
            out.writeLong(Double.doubleToRawLongBits(point.getFloat64("y")));
        }

        @Override
        public String text(Object value) {
            Struct point = (Struct) value;
            return "(" + point.getFloat64("x") + "," + point.getFloat64("y") + ")";
        }
    }
}
