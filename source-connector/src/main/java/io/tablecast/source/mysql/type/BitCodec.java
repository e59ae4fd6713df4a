// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import io.tablecast.contract.type.SemanticTypes;
import java.nio.ByteBuffer;
import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code bit(1)} as a boolean, longer ones as Debezium's Bits: least significant byte first. */
final class BitCodec implements ColumnCodec {

    private final int length;
    private final int bytes;

    BitCodec(MySqlType type) {
        this.length = type.length();
        this.bytes = (length + 7) / 8;
    }

    @Override
    public SchemaBuilder schema() {
        return length == 1 ? SchemaBuilder.bool() : SemanticTypes.bits(length);
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        return ofQuery(in.take(bytes));
    }

    /** Both have the most significant byte first. */
    @Override
    public Object ofQuery(byte[] value) {
        if (length == 1) {
            return value[value.length - 1] != 0;
        }
        byte[] reversed = new byte[bytes];
        for (int i = 0; i < value.length; i++) {
            reversed[i] = value[value.length - 1 - i];
        }
        return ByteBuffer.wrap(reversed);
    }
}
