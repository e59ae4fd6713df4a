// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code float} and {@code double}. */
final class FloatCodec implements ColumnCodec {

    private final boolean isDouble;

    FloatCodec(MySqlType type) {
        this.isDouble = type.kind() == MySqlKind.DOUBLE;
    }

    @Override
    public SchemaBuilder schema() {
        return isDouble ? SchemaBuilder.float64() : SchemaBuilder.float32();
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        if (isDouble) {
            return Double.longBitsToDouble(in.littleEndian(Double.BYTES));
        }
        return Float.intBitsToFloat((int) in.littleEndian(Float.BYTES));
    }

    @Override
    public Object ofQuery(byte[] text) {
        double value = Double.parseDouble(new String(text, ISO_8859_1));
        if (isDouble) {
            return value;
        }
        return (float) value;
    }

    /** As a double that is no column: servers show floats with six digits, and doubles with those of their column. */
    @Override
    public String selectExpression(String quotedColumn) {
        return quotedColumn + " * 1E0";
    }
}
