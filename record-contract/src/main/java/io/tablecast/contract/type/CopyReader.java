// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.Arrays;
import org.apache.kafka.connect.errors.DataException;

/**
 * Reads the messages of a {@code COPY TO STDOUT (FORMAT binary)}, one row each, as {@code CopyOut.readFromCopy} returns
 * them. Reused from row to row and not thread-safe.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, binary format</a>
 */
public final class CopyReader {

    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final int FIXED_HEADER = SIGNATURE.length + 8;
    private static final int HAS_OIDS = 1 << 16;

    private byte[] message = new byte[0];
    private int[] offsets = new int[0];
    private int[] lengths = new int[0];
    private int fields;
    private int end;
    private boolean started;

    /** Reads the messages of a COPY from its beginning. */
    public CopyReader() {}

    /**
     * Reads rows that stand one behind the other, without header and trailer; {@link #next()} goes from one to the next.
     */
    public static CopyReader ofRows(byte[] rows) {
        CopyReader reader = new CopyReader();
        reader.message = rows;
        reader.started = true;
        return reader;
    }

    /**
     * Goes to the next of the rows of {@link #ofRows}.
     *
     * @return whether there is one
     * @throws DataException if the bytes are not rows of COPY's binary format
     */
    public boolean next() {
        if (end == message.length) {
            fields = 0;
            return false;
        }
        fields = Binary.readShort(message, checked(end, 2));
        if (fields < 0) {
            throw new DataException("Rows of COPY's binary format were expected, and a trailer stands among them.");
        }
        end = readFields(end + 2);
        return true;
    }

    /**
     * Takes the next message without looking at its fields.
     *
     * @return where its row begins, which reaches to its end; -1 if it holds none
     * @throws DataException if the bytes are not COPY's binary format
     */
    public int rowStart(byte[] nextMessage) {
        message = nextMessage;
        int position = 0;
        if (!started) {
            position = skipHeader();
            started = true;
        }
        boolean isRow = position < message.length && Binary.readShort(message, checked(position, 2)) != -1;
        return isRow ? position : -1;
    }

    /**
     * Takes the next message.
     *
     * @return whether it holds a row; the message after the last row does not
     * @throws DataException if the bytes are not COPY's binary format
     */
    public boolean next(byte[] nextMessage) {
        message = nextMessage;
        int position = 0;
        if (!started) {
            position = skipHeader();
            started = true;
        }
        if (position == message.length) {
            fields = 0;
            return false;
        }
        fields = Binary.readShort(message, checked(position, 2));
        if (fields == -1) {
            fields = 0;
            return false;
        }
        end = readFields(position + 2);
        return true;
    }

    /** How many fields the row has. */
    public int fieldCount() {
        return fields;
    }

    /** The bytes that {@link #offset} and {@link #length} refer to. */
    public byte[] buffer() {
        return message;
    }

    /** Where the field begins. */
    public int offset(int field) {
        return offsets[field];
    }

    /** How many bytes the field has; -1 for SQL NULL. */
    public int length(int field) {
        return lengths[field];
    }

    /** Whether the field is SQL NULL. */
    public boolean isNull(int field) {
        return lengths[field] < 0;
    }

    private int skipHeader() {
        checked(0, FIXED_HEADER);
        if (!Arrays.equals(message, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
            throw new DataException("The server's COPY data does not start with the signature of the binary format.");
        }
        int flags = Binary.readInt(message, SIGNATURE.length);
        if ((flags & HAS_OIDS) != 0) {
            throw new DataException("The server's COPY data carries row OIDs, which PostgreSQL 12 and newer never do.");
        }
        int extension = Binary.readInt(message, SIGNATURE.length + 4);
        checked(FIXED_HEADER, extension);
        return FIXED_HEADER + extension;
    }

    private int readFields(int start) {
        if (offsets.length < fields) {
            offsets = new int[fields];
            lengths = new int[fields];
        }
        int position = start;
        for (int field = 0; field < fields; field++) {
            int length = Binary.readInt(message, checked(position, 4));
            position += 4;
            offsets[field] = position;
            lengths[field] = length;
            if (length > 0) {
                position = checked(position, length) + length;
            }
        }
        return position;
    }

    private int checked(int position, int length) {
        if (length < 0 || length > message.length - position) {
            throw new DataException("The server's COPY data ends inside a row: %d bytes wanted at %d of %d."
                    .formatted(length, position, message.length));
        }
        return position;
    }
}
