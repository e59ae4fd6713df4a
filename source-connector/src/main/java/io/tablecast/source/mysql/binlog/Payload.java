// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import com.github.luben.zstd.Zstd;
import io.tablecast.source.mysql.type.BinlogBytes;

/**
 * The events of a compressed transaction.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/9.7/en/binary-log-transaction-compression.html">Binary log transaction
 *     compression</a>
 */
public final class Payload {

    private static final int END = 0;
    private static final int COMPRESSION = 2;
    private static final int SIZE = 3;
    private static final int ZSTD = 0;

    private Payload() {}

    /** The events one after the other, each with its header and without a checksum. */
    public static byte[] events(byte[] event) {
        BinlogBytes in = new BinlogBytes(event);
        int compression = ZSTD;
        int size = 0;
        for (int field = (int) in.packed(); field != END; field = (int) in.packed()) {
            int length = (int) in.packed();
            int end = in.position() + length;
            switch (field) {
                case COMPRESSION -> compression = (int) in.packed();
                case SIZE -> size = (int) in.packed();
                default -> {}
            }
            in.skip(end - in.position());
        }
        byte[] packed = in.take(in.remaining());
        return compression == ZSTD ? Zstd.decompress(packed, size) : packed;
    }
}
