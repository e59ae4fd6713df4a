// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tablecast.contract.type.SemanticTypes;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.kafka.connect.data.SchemaBuilder;

/** Integers, in the smallest Connect type that holds all values of the column; an unsigned bigint as a decimal. */
final class IntegerCodec implements ColumnCodec {

    private static final int DIGITS_OF_UNSIGNED_BIGINT = 20;

    private final MySqlType type;
    private final int bytes;
    private final MySqlModes modes;

    IntegerCodec(MySqlType type, MySqlModes modes) {
        this.type = type;
        this.modes = modes;
        this.bytes = switch (type.kind()) {
            case TINYINT -> 1;
            case SMALLINT -> 2;
            case MEDIUMINT -> 3;
            case INT -> 4;
            default -> 8;
        };
    }

    @Override
    public SchemaBuilder schema() {
        if (isPrecise()) {
            return SemanticTypes.decimal(DIGITS_OF_UNSIGNED_BIGINT, 0);
        }
        return switch (size()) {
            case 1 -> SchemaBuilder.int16();
            case 2 -> SchemaBuilder.int32();
            default -> SchemaBuilder.int64();
        };
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        long value = in.littleEndian(bytes);
        if (!type.unsigned()) {
            int unused = Long.SIZE - 8 * bytes;
            value = value << unused >> unused;
        }
        return sized(value);
    }

    @Override
    public Object ofQuery(byte[] text) {
        String digits = new String(text, ISO_8859_1);
        return sized(bytes == 8 && type.unsigned() ? Long.parseUnsignedLong(digits) : Long.parseLong(digits));
    }

    private Object sized(long value) {
        if (isPrecise()) {
            return new BigDecimal(new BigInteger(Long.toUnsignedString(value)));
        }
        return switch (size()) {
            case 1 -> (short) value;
            case 2 -> (int) value;
            default -> value;
        };
    }

    private boolean isPrecise() {
        return bytes == 8 && type.unsigned() && modes.unsignedBigint() == MySqlModes.UnsignedBigintMode.PRECISE;
    }

    /** 1 for int16, 2 for int32, 3 for int64. */
    private int size() {
        return switch (bytes) {
            case 1 -> 1;
            case 2 -> type.unsigned() ? 2 : 1;
            case 3 -> 2;
            case 4 -> type.unsigned() ? 3 : 2;
            default -> 3;
        };
    }
}
