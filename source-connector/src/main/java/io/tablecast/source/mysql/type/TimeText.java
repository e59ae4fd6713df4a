// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

/** A date or time as queries return it: numbers, and one character between two of them. Used by one thread. */
final class TimeText {

    private static final int MICROS_DIGITS = 6;

    private final byte[] text;
    private int at;

    TimeText(byte[] text) {
        this.text = text;
    }

    /** Whether the text begins with a minus, which is passed over. */
    boolean isNegative() {
        boolean isNegative = text[0] == '-';
        at = isNegative ? 1 : 0;
        return isNegative;
    }

    /**
     * The next number.
     *
     * @throws NumberFormatException when there is something else
     * @throws IndexOutOfBoundsException when there is nothing
     */
    int number() {
        int number = digit(text[at++]);
        while (at < text.length && isDigit(text[at])) {
            number = Math.addExact(Math.multiplyExact(number, 10), digit(text[at++]));
        }
        // What stands between two numbers.
        at++;
        return number;
    }

    /** Microseconds of the fraction of a second that is the next number, 0 where there is none. */
    int micros() {
        int micros = 0;
        for (int i = 0; i < MICROS_DIGITS; i++) {
            micros = micros * 10 + (at < text.length ? digit(text[at++]) : 0);
        }
        return micros;
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
