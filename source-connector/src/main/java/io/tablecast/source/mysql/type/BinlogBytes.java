// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

/** Reads the bytes of an event of the binlog from front to back. Not thread-safe. */
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
        position += count;
    }

    /** A byte without sign. */
    public int unsignedByte() {
        return bytes[position++] & 0xff;
    }

    /** A number of so many bytes, the least significant first, without sign. */
    public long littleEndian(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (bytes[position + i] & 0xffL) << (8 * i);
        }
        position += count;
        return value;
    }

    /** A number of so many bytes, the most significant first, without sign. */
    public long bigEndian(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | (bytes[position + i] & 0xff);
        }
        position += count;
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
        byte[] taken = new byte[count];
        System.arraycopy(bytes, position, taken, 0, count);
        position += count;
        return taken;
    }

    /** Bits in the order of the binlog's bitmaps, the least significant of each byte first. */
    public boolean[] bits(int count) {
        boolean[] bits = new boolean[count];
        for (int i = 0; i < count; i++) {
            bits[i] = (bytes[position + i / 8] >> (i % 8) & 1) != 0;
        }
        position += (count + 7) / 8;
        return bits;
    }

    /** The same where the most significant bit of each byte comes first. */
    public boolean[] bitsFromTheTop(int count) {
        boolean[] bits = new boolean[count];
        for (int i = 0; i < count; i++) {
            bits[i] = (bytes[position + i / 8] >> (7 - i % 8) & 1) != 0;
        }
        position += (count + 7) / 8;
        return bits;
    }
}
