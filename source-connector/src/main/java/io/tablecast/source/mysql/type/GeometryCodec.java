// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import io.tablecast.contract.type.SemanticTypes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** Geometries: four bytes of SRID, then well-known binary, both ways alike. */
final class GeometryCodec implements ColumnCodec {

    private static final int SRID_BYTES = 4;
    private static final int LENGTH_BYTES = 4;
    private static final int X = 5;
    private static final int Y = X + Double.BYTES;

    private final boolean isPoint;
    private final Schema optional;
    private final Schema required;
    private final boolean nullable;

    GeometryCodec(MySqlColumn column) {
        this.isPoint = column.type().isPoint();
        this.nullable = column.nullable();
        this.optional = schema().optional().build();
        this.required = schema().build();
    }

    @Override
    public SchemaBuilder schema() {
        if (isPoint) {
            return SemanticTypes.point();
        }
        return SchemaBuilder.struct()
                .name(SemanticTypes.GEOMETRY)
                .version(1)
                .doc("Geometry")
                .field("wkb", Schema.BYTES_SCHEMA)
                .field("srid", Schema.OPTIONAL_INT32_SCHEMA);
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        return ofQuery(in.take((int) in.littleEndian(LENGTH_BYTES)));
    }

    @Override
    public Object ofQuery(byte[] stored) {
        int srid = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN).getInt();
        byte[] wkb = Arrays.copyOfRange(stored, SRID_BYTES, stored.length);
        Struct value = new Struct(nullable ? optional : required).put("wkb", wkb);
        if (isPoint) {
            ByteBuffer coordinates =
                    ByteBuffer.wrap(wkb).order(wkb[0] == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            value.put("x", coordinates.getDouble(X)).put("y", coordinates.getDouble(Y));
        }
        // 0 is no reference system at all.
        return srid == 0 ? value : value.put("srid", srid);
    }
}
