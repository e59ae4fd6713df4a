// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Base64;

/** JSON as Jackson writes it with its default settings, byte for byte, into an array that grows. Not thread-safe. */
final class JsonOutput {

    private static final int INITIAL_BYTES = 1024;
    private static final int LONGEST_ESCAPE = 6;
    private static final int LONGEST_INTEGER = 20;

    /** As large as arrays can be on all JVMs. */
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

    private static final byte[] HEX_DIGITS = "0123456789ABCDEF".getBytes(US_ASCII);
    private static final byte[] NULL = "null".getBytes(US_ASCII);
    private static final byte[] TRUE = "true".getBytes(US_ASCII);
    private static final byte[] FALSE = "false".getBytes(US_ASCII);

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;

    void clear() {
        length = 0;
    }

    /** How much memory it holds. */
    int capacity() {
        return bytes.length;
    }

    /** What was written, between bytes of others. */
    byte[] between(byte[] start, char end) {
        byte[] message = Arrays.copyOf(start, start.length + length + 1);
        System.arraycopy(bytes, 0, message, start.length, length);
        message[message.length - 1] = (byte) end;
        return message;
    }

    /** Bytes that are JSON already. */
    void raw(byte[] json) {
        ensure(json.length);
        System.arraycopy(json, 0, bytes, length, json.length);
        length += json.length;
    }

    /** One character of ASCII that is JSON already. */
    void raw(char json) {
        ensure(1);
        bytes[length++] = (byte) json;
    }

    void nothing() {
        raw(NULL);
    }

    void bool(boolean value) {
        raw(value ? TRUE : FALSE);
    }

    void number(long value) {
        ensure(LONGEST_INTEGER);
        if (value < 0) {
            if (value == Long.MIN_VALUE) {
                ascii(Long.toString(value));
                return;
            }
            bytes[length++] = '-';
            value = -value;
        }
        int end = length + digits(value);
        int position = end;
        do {
            bytes[--position] = (byte) ('0' + value % 10);
            value /= 10;
        } while (value != 0);
        length = end;
    }

    void number(float value) {
        if (Float.isFinite(value)) {
            ascii(Float.toString(value));
        } else {
            text(Float.toString(value));
        }
    }

    void number(double value) {
        if (Double.isFinite(value)) {
            ascii(Double.toString(value));
        } else {
            text(Double.toString(value));
        }
    }

    void number(BigDecimal value) {
        ascii(value.toString());
    }

    void binary(byte[] value) {
        raw('"');
        raw(Base64.getEncoder().encode(value));
        raw('"');
    }

    void text(String value) {
        int characters = value.length();
        ensure(characters + 2);
        bytes[length++] = '"';
        int position = length;
        int i = 0;
        while (i < characters) {
            char character = value.charAt(i);
            if (character < ' ' || character >= 0x80 || character == '"' || character == '\\') {
                break;
            }
            bytes[position++] = (byte) character;
            i++;
        }
        length = position;
        while (i < characters) {
            ensure(LONGEST_ESCAPE);
            character(value.charAt(i++));
        }
        raw('"');
    }

    private void character(char character) {
        if (character == '"' || character == '\\') {
            escape((byte) character);
        } else if (character < ' ') {
            switch (character) {
                case '\b' -> escape((byte) 'b');
                case '\t' -> escape((byte) 't');
                case '\n' -> escape((byte) 'n');
                case '\f' -> escape((byte) 'f');
                case '\r' -> escape((byte) 'r');
                default -> unicode(character);
            }
        } else if (character < 0x80) {
            bytes[length++] = (byte) character;
        } else if (character < 0x800) {
            bytes[length++] = (byte) (0xc0 | (character >> 6));
            bytes[length++] = (byte) (0x80 | (character & 0x3f));
        } else if (Character.isSurrogate(character)) {
            unicode(character);
        } else {
            bytes[length++] = (byte) (0xe0 | (character >> 12));
            bytes[length++] = (byte) (0x80 | ((character >> 6) & 0x3f));
            bytes[length++] = (byte) (0x80 | (character & 0x3f));
        }
    }

    private void escape(byte letter) {
        bytes[length++] = '\\';
        bytes[length++] = letter;
    }

    private void unicode(char character) {
        escape((byte) 'u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[length++] = HEX_DIGITS[(character >> shift) & 0xf];
        }
    }

    private void ascii(String text) {
        raw(text.getBytes(ISO_8859_1));
    }

    private static int digits(long value) {
        int digits = 1;
        for (long bound = 10; digits < LONGEST_INTEGER - 1 && value >= bound; bound *= 10) {
            digits++;
        }
        return digits;
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(
                    bytes, Math.max(Math.addExact(length, more), (int) Math.min(bytes.length * 2L, MOST_BYTES)));
        }
    }
}
