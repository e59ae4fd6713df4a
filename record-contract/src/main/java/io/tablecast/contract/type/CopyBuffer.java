// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * A growing buffer with the data of a {@code COPY FROM STDIN}, in binary or in text format. Not thread-safe. One
 * statement's data is either all binary or all text.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, file formats</a>
 */
public final class CopyBuffer {

    private static final int INITIAL_CAPACITY = 64 * 1024;
    private static final int MAXIMUM_CAPACITY = Integer.MAX_VALUE - 16;
    private static final byte[] BINARY_HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private byte[] bytes;
    private int length;

    public CopyBuffer() {
        this(INITIAL_CAPACITY);
    }

    /** Starts with room for so many bytes. */
    public CopyBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    /** The bytes written so far are the first {@link #length()} of this array, which the next write may replace. */
    public byte[] array() {
        return bytes;
    }

    /** How many bytes were written. */
    public int length() {
        return length;
    }

    /** A copy of the bytes written so far. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Forgets everything. */
    public void reset() {
        length = 0;
    }

    /** Forgets what was written since {@link #length()} was {@code mark}: a row that could not be finished. */
    public void truncate(int mark) {
        if (mark < 0 || mark > length) {
            throw new IllegalArgumentException("mark should be between 0 and %d: was %d".formatted(length, mark));
        }
        length = mark;
    }

    /** Starts binary data. */
    public void header() {
        writeBytes(BINARY_HEADER, 0, BINARY_HEADER.length);
    }

    /** Starts a binary row of so many fields. */
    public void beginTuple(int fields) {
        writeShort(fields);
    }

    /** Ends binary data. */
    public void trailer() {
        writeShort(-1);
    }

    /** A binary field that is SQL NULL. */
    public void nullField() {
        writeInt(-1);
    }

    /** Starts a binary field; pass the result to {@link #endField}. */
    public int beginField() {
        writeInt(0);
        return length;
    }

    /** Ends the binary field that {@link #beginField} started: writes its length before it. */
    public void endField(int start) {
        Binary.putInt(bytes, start - 4, length - start);
    }

    void writeByte(int value) {
        ensure(1);
        bytes[length++] = (byte) value;
    }

    void writeShort(int value) {
        ensure(2);
        Binary.putShort(bytes, length, (short) value);
        length += 2;
    }

    void writeInt(int value) {
        ensure(4);
        Binary.putInt(bytes, length, value);
        length += 4;
    }

    void writeLong(long value) {
        ensure(8);
        Binary.putLong(bytes, length, value);
        length += 8;
    }

    void writeBytes(byte[] source, int offset, int count) {
        ensure(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    void writeUtf8(String text) {
        int characters = text.length();
        ensure(characters);
        int position = length;
        for (int i = 0; i < characters; i++) {
            char character = text.charAt(i);
            if (character >= 0x80) {
                byte[] encoded = text.getBytes(UTF_8);
                writeBytes(encoded, 0, encoded.length);
                return;
            }
            bytes[position++] = (byte) character;
        }
        length = position;
    }

    /** A field of text format, escaped. */
    public void textField(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character >= 0x80) {
                byte[] encoded = text.substring(i).getBytes(UTF_8);
                for (byte unit : encoded) {
                    textByte(unit);
                }
                return;
            }
            textByte((byte) character);
        }
    }

    /** A field of text format that is SQL NULL. */
    public void textNull() {
        writeByte('\\');
        writeByte('N');
    }

    /** Stands between two fields of text format. */
    public void textDelimiter() {
        writeByte('\t');
    }

    /** Ends a row of text format. */
    public void textEndOfRow() {
        writeByte('\n');
    }

    private void textByte(byte unit) {
        switch (unit) {
            case '\\' -> escaped('\\');
            case '\n' -> escaped('n');
            case '\r' -> escaped('r');
            case '\t' -> escaped('t');
            default -> writeByte(unit);
        }
    }

    private void escaped(int letter) {
        writeByte('\\');
        writeByte(letter);
    }

    private void ensure(int more) {
        if (bytes.length - length >= more) {
            return;
        }
        long needed = (long) length + more;
        if (needed > MAXIMUM_CAPACITY) {
            throw new IllegalStateException("The data of one COPY exceeds 2 GiB; flush smaller batches.");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(MAXIMUM_CAPACITY, Math.max(needed, 2L * bytes.length)));
    }
}
