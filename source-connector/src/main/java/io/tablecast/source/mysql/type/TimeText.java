// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

/**
 * A date or time as queries return it. What has another form is refused: it comes of a column whose type has changed. Used
 * by one thread.
 */
final class TimeText {

    private static final int MICROS_DIGITS = 6;

    private final byte[] text;
    private int at;

    TimeText(byte[] text) {
        this.text = text;
    }

    /** Passes over a minus; false where there is none. */
    boolean takeMinus() {
        boolean isMinus = text[at] == '-';
        at += isMinus ? 1 : 0;
        return isMinus;
    }

    /**
     * The next number, which a character follows.
     *
     * @throws NumberFormatException when there is something else
     * @throws IndexOutOfBoundsException when the text ends before
     */
    int numberBefore(char separator) {
        int number = number();
        if (text[at] != separator) {
            throw new NumberFormatException("No " + separator + ": " + (char) text[at]);
        }
        at++;
        return number;
    }

    /** The next number. */
    int number() {
        int number = digit(text[at++]);
        while (at < text.length && isDigit(text[at])) {
            number = Math.addExact(Math.multiplyExact(number, 10), digit(text[at++]));
        }
        return number;
    }

    /** Microseconds of a point and the fraction of a second behind it, with which the text ends; 0 where it ends before. */
    int micros() {
        if (at == text.length) {
            return 0;
        }
        if (text[at] != '.') {
            throw new NumberFormatException("No point: " + (char) text[at]);
        }
        int micros = digit(text[++at]);
        at++;
        for (int i = 1; i < MICROS_DIGITS; i++) {
            micros = micros * 10 + (at < text.length ? digit(text[at++]) : 0);
        }
        requireEnd();
        return micros;
    }

    /** Refuses what has more. */
    void requireEnd() {
        if (at < text.length) {
            throw new NumberFormatException("More than is expected: " + (char) text[at]);
        }
    }

    private static int digit(byte character) {
        if (!isDigit(character)) {
            throw new NumberFormatException("No number: " + (char) character);
        }
        return character - '0';
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }
}
