// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import java.util.Arrays;
import org.apache.kafka.connect.errors.DataException;

/**
 * Reads the bytes of an event of the binlog from front to back. Every method throws a {@link DataException} where fewer
 * bytes are left than it wants. Not thread-safe.
 */
public final class BinlogBytes {

    private final byte[] bytes;
    private int position;
    private final int end;

    public BinlogBytes(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public BinlogBytes(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
    }

    public int position() {
        return position;
    }

    public int remaining() {
        return end - position;
    }

    public void skip(int count) {
        advance(count);
    }

    /** A byte without sign. */
    public int unsignedByte() {
        return bytes[advance(1)] & 0xff;
    }

    /** A number of so many bytes, the least significant first, without sign. */
    public long littleEndian(int count) {
        int start = advance(count);
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (bytes[start + i] & 0xffL) << (8 * i);
        }
        return value;
    }

    /** A number of so many bytes, the most significant first, without sign. */
    public long bigEndian(int count) {
        int start = advance(count);
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | (bytes[start + i] & 0xff);
        }
        return value;
    }

    /** A number whose first byte tells how many follow. */
    public long packed() {
        int first = unsignedByte();
        return switch (first) {
            case 252 -> littleEndian(2);
            case 253 -> littleEndian(3);
            case 254 -> littleEndian(8);
            default -> first;
        };
    }

    public byte[] take(int count) {
        int start = advance(count);
        return Arrays.copyOfRange(bytes, start, start + count);
    }

    /** Bits in the order of the binlog's bitmaps, the least significant of each byte first. */
    public boolean[] bits(int count) {
        int start = advance((count + 7) / 8);
        boolean[] bits = new boolean[count];
        for (int i = 0; i < count; i++) {
            bits[i] = (bytes[start + i / 8] >> (i % 8) & 1) != 0;
        }
        return bits;
    }

    /** The same where the most significant bit of each byte comes first. */
    public boolean[] bitsFromTheTop(int count) {
        int start = advance((count + 7) / 8);
        boolean[] bits = new boolean[count];
        for (int i = 0; i < count; i++) {
            bits[i] = (bytes[start + i / 8] >> (7 - i % 8) & 1) != 0;
        }
        return bits;
    }

    /** Goes on, and returns where it stood. */
    private int advance(int count) {
        if (count < 0 || count > end - position) {
            throw new DataException("An event of the binlog is damaged, or of a form that is not known: " + count
                    + " bytes wanted where " + (end - position) + " are left.");
        }
        int start = position;
        position += count;
        return start;
    }
}
