// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import io.tablecast.contract.type.SemanticTypes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code vector}: floats, both ways alike. */
final class VectorCodec implements ColumnCodec {

    private static final int LENGTH_BYTES = 4;

    @Override
    public SchemaBuilder schema() {
        return SchemaBuilder.array(Schema.FLOAT32_SCHEMA)
                .name(SemanticTypes.FLOAT_VECTOR)
                .version(1);
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        return ofQuery(in.take((int) in.littleEndian(LENGTH_BYTES)));
    }

    @Override
    public Object ofQuery(byte[] stored) {
        ByteBuffer floats = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN);
        List<Float> vector = new ArrayList<>(stored.length / Float.BYTES);
        while (floats.remaining() >= Float.BYTES) {
            vector.add(floats.getFloat());
        }
        return vector;
    }
}
