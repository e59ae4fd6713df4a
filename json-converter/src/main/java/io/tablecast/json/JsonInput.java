// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;

/**
 * JSON without white space, as converters write it, read in place. Whatever else there may be in JSON, and all that is
 * none, ends in an {@link UnusualValueException}. Not thread-safe.
 */
final class JsonInput {

    private static final byte[] NULL = "null".getBytes(US_ASCII);
    private static final byte[] TRUE = "true".getBytes(US_ASCII);
    private static final byte[] FALSE = "false".getBytes(US_ASCII);

    /** Digits that surely fit into a long. */
    private static final int SAFE_DIGITS = 18;

    /** As long as Jackson lets numbers be. */
    private static final int LONGEST_NUMBER = 1000;

    private static final int BASE64_GROUP = 4;

    private static final char REPLACEMENT = '\ufffd';

    private final byte[] bytes;
    private final int end;
    private int position;

    /** @param end behind the last byte */
    JsonInput(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    boolean isAtEnd() {
        return position == end;
    }

    /** Whether the next value is null, which is then passed. */
    boolean passNull() {
        return passIfNext(NULL);
    }

    /** Passes what must come next. */
    void pass(char json) throws UnusualValueException {
        if (!passIfNext(json)) {
            throw new UnusualValueException();
        }
    }

    /** Passes what must come next. */
    void pass(byte[] json) throws UnusualValueException {
        if (!passIfNext(json)) {
            throw new UnusualValueException();
        }
    }

    /** Passes the character if it comes next. */
    boolean passIfNext(char json) {
        if (position < end && bytes[position] == json) {
            position++;
            return true;
        }
        return false;
    }

    /** Passes the bytes if they come next. */
    boolean passIfNext(byte[] json) {
        int after = position + json.length;
        if (after > end || !Arrays.equals(bytes, position, after, json, 0, json.length)) {
            return false;
        }
        position = after;
        return true;
    }

    boolean bool() throws UnusualValueException {
        if (passIfNext(TRUE)) {
            return true;
        }
        pass(FALSE);
        return false;
    }

    /** A number without fraction or exponent. */
    long integer() throws UnusualValueException {
        int start = position;
        boolean negative = passIfNext('-');
        int first = position;
        long value = 0;
        while (position < end && isDigit(bytes[position])) {
            value = value * 10 + (bytes[position++] - '0');
        }
        int digits = position - first;
        if (digits == 0 || (digits > 1 && bytes[first] == '0') || isPartOfNumber()) {
            throw new UnusualValueException();
        }
        if (digits > SAFE_DIGITS) {
            // A NumberFormatException ends the same way as an unusual value.
            return Long.parseLong(ascii(start));
        }
        return negative ? -value : value;
    }

    boolean isNumber() {
        return position < end && (bytes[position] == '-' || isDigit(bytes[position]));
    }

    /** The characters of a number. */
    String number() throws UnusualValueException {
        int start = position;
        passIfNext('-');
        int first = position;
        if (digits() > 1 && bytes[first] == '0') {
            throw new UnusualValueException();
        }
        if (passIfNext('.')) {
            digits();
        }
        if (passIfNext('e') || passIfNext('E')) {
            if (!passIfNext('-')) {
                passIfNext('+');
            }
            digits();
        }
        if (position - start > LONGEST_NUMBER) {
            throw new UnusualValueException();
        }
        return ascii(start);
    }

    /** A text: the object that is known when it is the same text, else one that is known from now on unless it is long. */
    String text(KnownText known) throws UnusualValueException {
        pass('"');
        KnownText.Text last = known.last();
        if (passIfNext(last.quoted())) {
            return last.text();
        }
        int start = position;
        String text = restOfText();
        if (position - start <= KnownText.LONGEST && text.length() == position - 1 - start) {
            known.keep(text, Arrays.copyOfRange(bytes, start, position));
        }
        return text;
    }

    String text() throws UnusualValueException {
        pass('"');
        return restOfText();
    }

    /** Base64 in quotes, filled up to whole groups; what is not Base64 ends in an IllegalArgumentException. */
    byte[] binary() throws UnusualValueException {
        pass('"');
        int start = position;
        while (position < end && bytes[position] != '"') {
            position++;
        }
        byte[] encoded = Arrays.copyOfRange(bytes, start, position);
        pass('"');
        if (encoded.length % BASE64_GROUP != 0) {
            // Java takes it, Jackson does not.
            throw new UnusualValueException();
        }
        return Base64.getDecoder().decode(encoded);
    }

    private int digits() throws UnusualValueException {
        int start = position;
        while (position < end && isDigit(bytes[position])) {
            position++;
        }
        if (position == start) {
            throw new UnusualValueException();
        }
        return position - start;
    }

    private boolean isPartOfNumber() {
        return position < end && (bytes[position] == '.' || (bytes[position] | 0x20) == 'e');
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }

    private String ascii(int start) {
        return new String(bytes, start, position - start, ISO_8859_1);
    }

    /** From behind the opening quote to behind the closing one. */
    private String restOfText() throws UnusualValueException {
        int start = position;
        int i = start;
        int allBits = 0;
        boolean escapes = false;
        while (true) {
            if (i >= end) {
                throw new UnusualValueException();
            }
            byte character = bytes[i];
            if (character == '"') {
                break;
            }
            if (character == '\\') {
                escapes = true;
                i++;
            } else if (character >= 0 && character < ' ') {
                throw new UnusualValueException();
            }
            allBits |= character;
            i++;
        }
        position = i + 1;
        if (allBits >= 0) {
            String text = new String(bytes, start, i - start, ISO_8859_1);
            return escapes ? unescaped(text) : text;
        }
        String text = new String(bytes, start, i - start, UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            // Either this very character or bytes that are no UTF-8.
            throw new UnusualValueException();
        }
        return escapes ? unescaped(text) : text;
    }

    private static String unescaped(String text) throws UnusualValueException {
        StringBuilder plain = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            char character = text.charAt(i++);
            if (character != '\\') {
                plain.append(character);
                continue;
            }
            char letter = text.charAt(i++);
            switch (letter) {
                case '"', '\\', '/' -> plain.append(letter);
                case 'b' -> plain.append('\b');
                case 't' -> plain.append('\t');
                case 'n' -> plain.append('\n');
                case 'f' -> plain.append('\f');
                case 'r' -> plain.append('\r');
                case 'u' -> {
                    plain.append(unicode(text, i));
                    i += 4;
                }
                default -> throw new UnusualValueException();
            }
        }
        return plain.toString();
    }

    private static char unicode(String text, int start) throws UnusualValueException {
        int character = 0;
        for (int i = start; i < start + 4; i++) {
            int digit = i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0 || text.charAt(i) >= 0x80) {
                throw new UnusualValueException();
            }
            character = (character << 4) | digit;
        }
        return (char) character;
    }
}
