// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static io.tablecast.contract.type.SemanticTypes.BITS;
import static io.tablecast.contract.type.SemanticTypes.SCALE;
import static io.tablecast.contract.type.SemanticTypes.VALUE;
import static io.tablecast.contract.type.SemanticTypes.VARIABLE_SCALE_DECIMAL;
import static io.tablecast.contract.type.SemanticTypes.nameOf;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Date;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** What values of a Connect schema are as numbers. */
final class ConnectNumbers {

    private ConnectNumbers() {}

    /** Values as whole numbers; a value that is none, or exceeds 64 bits, does not fit the destination. */
    static Optional<ToLongFunction<Object>> longs(Schema schema, TypedColumn destination) {
        if (isDate(schema)) {
            return Optional.of(ConnectNumbers::millis);
        }
        Optional<Function<Object, BigDecimal>> exact = exactDecimals(schema);
        if (exact.isPresent()) {
            Function<Object, BigDecimal> decimal = exact.get();
            return Optional.of(value -> whole(decimal.apply(value), destination));
        }
        return switch (schema.type()) {
            case INT8 -> Optional.of(value -> (Byte) value);
            case INT16 -> Optional.of(value -> (Short) value);
            case INT32 -> Optional.of(value -> (Integer) value);
            case INT64 -> Optional.of(value -> (Long) value);
            case FLOAT32 -> Optional.of(value -> whole((Float) value, destination));
            case FLOAT64 -> Optional.of(value -> whole((Double) value, destination));
            case BOOLEAN -> Optional.of(value -> (Boolean) value ? 1 : 0);
            default -> Optional.empty();
        };
    }

    /** Values as floats, rounded where a float cannot hold them. */
    static Optional<ToDoubleFunction<Object>> doubles(Schema schema) {
        if (isDate(schema)) {
            return Optional.of(ConnectNumbers::millis);
        }
        Optional<Function<Object, BigDecimal>> exact = exactDecimals(schema);
        if (exact.isPresent()) {
            Function<Object, BigDecimal> decimal = exact.get();
            return Optional.of(value -> decimal.apply(value).doubleValue());
        }
        return switch (schema.type()) {
            case INT8, INT16, INT32, INT64, FLOAT32, FLOAT64 -> Optional.of(value -> ((Number) value).doubleValue());
            default -> Optional.empty();
        };
    }

    /** Values of Decimal, VariableScaleDecimal and Bits. */
    static Optional<Function<Object, BigDecimal>> exactDecimals(Schema schema) {
        return switch (nameOf(schema)) {
            case Decimal.LOGICAL_NAME -> Optional.of(value -> (BigDecimal) value);
            case VARIABLE_SCALE_DECIMAL -> Optional.of(value -> variableScale((Struct) value));
            case BITS -> Optional.of(value -> new BigDecimal(unsignedLittleEndian(bytes(value))));
            default -> Optional.empty();
        };
    }

    /** A bytes value, which converters give as an array or as a buffer. */
    static byte[] bytes(Object value) {
        if (value instanceof byte[] array) {
            return array;
        }
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        return copy;
    }

    /** A value of Connect's own Date, Time or Timestamp as milliseconds since 1970 or midnight. */
    @SuppressWarnings("JavaUtilDate") // Connect's API
    static long millis(Object value) {
        return ((Date) value).getTime();
    }

    /** Whether values of the schema are {@link Date}s. */
    static boolean isDate(Schema schema) {
        return switch (nameOf(schema)) {
            case org.apache.kafka.connect.data.Date.LOGICAL_NAME,
                    org.apache.kafka.connect.data.Time.LOGICAL_NAME,
                    org.apache.kafka.connect.data.Timestamp.LOGICAL_NAME -> true;
            default -> false;
        };
    }

    private static BigDecimal variableScale(Struct value) {
        return new BigDecimal(new BigInteger(bytes(value.get(VALUE))), value.getInt32(SCALE));
    }

    private static BigInteger unsignedLittleEndian(byte[] bits) {
        byte[] bigEndian = new byte[bits.length];
        for (int i = 0; i < bits.length; i++) {
            bigEndian[bits.length - 1 - i] = bits[i];
        }
        return new BigInteger(1, bigEndian);
    }

    private static long whole(BigDecimal value, TypedColumn destination) {
        try {
            return value.longValueExact();
        } catch (ArithmeticException e) {
            throw new ValueOutOfRangeException(destination, "the number " + value);
        }
    }

    private static long whole(double value, TypedColumn destination) {
        // 2^63 itself is the first double beyond a long.
        if (value != Math.rint(value) || value < -0x1p63 || value >= 0x1p63) {
            throw new ValueOutOfRangeException(destination, "the number " + value);
        }
        return (long) value;
    }
}
