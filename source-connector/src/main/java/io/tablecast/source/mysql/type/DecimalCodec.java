// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tablecast.contract.type.SemanticTypes;
import io.tablecast.contract.type.TypeModes.DecimalMode;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * {@code decimal}, as {@code decimal.handling.mode} says. In the binlog nine digits stand in four bytes, the rest in as
 * few as hold them, and the first bit tells the sign.
 */
final class DecimalCodec implements ColumnCodec {

    private static final int DIGITS_OF_GROUP = 9;
    private static final int BYTES_OF_GROUP = 4;
    private static final int[] BYTES_OF_DIGITS = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
    private static final BigInteger GROUP = BigInteger.TEN.pow(DIGITS_OF_GROUP);

    private final MySqlType type;
    private final DecimalMode mode;
    private final int wholeDigits;

    DecimalCodec(MySqlType type, DecimalMode mode) {
        this.type = type;
        this.mode = mode;
        this.wholeDigits = type.length() - type.scale();
    }

    @Override
    public SchemaBuilder schema() {
        return switch (mode) {
            case PRECISE -> SemanticTypes.decimal(type.length(), type.scale());
            case DOUBLE -> SchemaBuilder.float64();
            case STRING -> SchemaBuilder.string();
        };
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        byte[] packed = in.take(size(wholeDigits) + size(type.scale()));
        boolean isNegative = (packed[0] & 0x80) == 0;
        packed[0] ^= (byte) 0x80;
        if (isNegative) {
            for (int i = 0; i < packed.length; i++) {
                packed[i] ^= (byte) 0xff;
            }
        }
        BinlogBytes digits = new BinlogBytes(packed);
        BigInteger value = group(digits, BigInteger.ZERO, wholeDigits % DIGITS_OF_GROUP);
        value = groups(digits, value, wholeDigits / DIGITS_OF_GROUP);
        value = groups(digits, value, type.scale() / DIGITS_OF_GROUP);
        value = group(digits, value, type.scale() % DIGITS_OF_GROUP);
        return form(new BigDecimal(isNegative ? value.negate() : value, type.scale()));
    }

    @Override
    public Object ofQuery(byte[] text) {
        return form(new BigDecimal(new String(text, ISO_8859_1)).setScale(type.scale()));
    }

    private Object form(BigDecimal value) {
        return switch (mode) {
            case PRECISE -> value;
            case DOUBLE -> value.doubleValue();
            case STRING -> value.toPlainString();
        };
    }

    private static int size(int digits) {
        return digits / DIGITS_OF_GROUP * BYTES_OF_GROUP + BYTES_OF_DIGITS[digits % DIGITS_OF_GROUP];
    }

    private static BigInteger groups(BinlogBytes in, BigInteger before, int count) {
        BigInteger value = before;
        for (int i = 0; i < count; i++) {
            value = value.multiply(GROUP).add(BigInteger.valueOf(in.bigEndian(BYTES_OF_GROUP)));
        }
        return value;
    }

    private static BigInteger group(BinlogBytes in, BigInteger before, int digits) {
        if (digits == 0) {
            return before;
        }
        return before.multiply(BigInteger.TEN.pow(digits))
                .add(BigInteger.valueOf(in.bigEndian(BYTES_OF_DIGITS[digits])));
    }
}
