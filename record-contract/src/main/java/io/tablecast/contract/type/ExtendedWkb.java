// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.apache.kafka.connect.data.Struct;

/**
 * Debezium's Geometry and Geography as PostGIS reads them: extended well-known binary, in hexadecimal, with the SRID
 * inside.
 */
final class ExtendedWkb {

    private static final int SRID_FLAG = 0x2000_0000;
    private static final int HEAD = 5;
    private static final HexFormat HEX = HexFormat.of();

    private ExtendedWkb() {}

    static String hex(Struct geometry) {
        byte[] wkb = ConnectNumbers.bytes(geometry.get("wkb"));
        Integer srid = geometry.getInt32("srid");
        if (srid == null || wkb.length < HEAD) {
            return HEX.formatHex(wkb);
        }
        ByteBuffer source = ByteBuffer.wrap(wkb);
        ByteOrder order = source.get() == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        int type = source.order(order).getInt();
        if ((type & SRID_FLAG) != 0) {
            return HEX.formatHex(wkb);
        }
        ByteBuffer extended = ByteBuffer.allocate(wkb.length + Integer.BYTES).order(order);
        extended.put(wkb[0]).putInt(type | SRID_FLAG).putInt(srid).put(source);
        return HEX.formatHex(extended.array());
    }
}
