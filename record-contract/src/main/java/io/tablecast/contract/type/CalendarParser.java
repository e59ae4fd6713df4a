// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.time.format.DateTimeParseException;

/**
 * Reads ISO 8601 dates, times and offsets without the cost of a {@code DateTimeFormatter}. One instance reads one text,
 * from left to right. Accepts what Debezium and Java write, a space for the {@code T}, and 24:00:00.
 */
final class CalendarParser {

    private static final int[] FRACTION_UNIT = {100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1};

    private final String text;
    private int position;

    CalendarParser(String text) {
        this.text = text;
    }

    /** The days since 1970-01-01 of a date. */
    long date() {
        int sign = sign();
        int year = sign * number(4, 9);
        expect('-');
        int month = number(2, 2);
        expect('-');
        int day = number(2, 2);
        if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) {
            throw failure("no such day");
        }
        return CalendarText.epochDay(year, month, day);
    }

    /** Skips what stands between date and time. */
    void separator() {
        if (position < text.length() && (peek() == 'T' || peek() == 't' || peek() == ' ')) {
            position++;
            return;
        }
        throw failure("'T' expected");
    }

    /** The nanoseconds since midnight of a time up to 24:00:00. */
    long nanosOfDay() {
        int hour = number(2, 2);
        expect(':');
        int minute = number(2, 2);
        int second = 0;
        int nanos = 0;
        if (position < text.length() && peek() == ':') {
            position++;
            second = number(2, 2);
            nanos = fraction();
        }
        if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute | second | nanos) != 0)) {
            throw failure("no such time");
        }
        return ((hour * 60L + minute) * 60 + second) * 1_000_000_000L + nanos;
    }

    /** The seconds east of Greenwich of an offset; 0 if the text ends here. */
    int offset() {
        if (position == text.length()) {
            return 0;
        }
        if (peek() == 'Z' || peek() == 'z') {
            position++;
            return 0;
        }
        char direction = peek();
        if (direction != '+' && direction != '-') {
            throw failure("offset expected");
        }
        position++;
        int seconds = number(2, 2) * 3600;
        seconds += optionalPart() * 60;
        seconds += optionalPart();
        return direction == '-' ? -seconds : seconds;
    }

    /** Fails unless the whole text was read. */
    void end() {
        if (position != text.length()) {
            throw failure("end expected");
        }
    }

    private int optionalPart() {
        if (position < text.length() && peek() == ':') {
            position++;
        }
        if (position < text.length() && Character.isDigit(peek())) {
            return number(2, 2);
        }
        return 0;
    }

    private int fraction() {
        if (position == text.length() || peek() != '.') {
            return 0;
        }
        position++;
        int nanos = 0;
        int digits = 0;
        while (position < text.length() && peek() >= '0' && peek() <= '9') {
            if (digits < FRACTION_UNIT.length) {
                nanos += (peek() - '0') * FRACTION_UNIT[digits];
            }
            digits++;
            position++;
        }
        return nanos;
    }

    private int sign() {
        if (position < text.length() && (peek() == '+' || peek() == '-')) {
            return text.charAt(position++) == '-' ? -1 : 1;
        }
        return 1;
    }

    private int number(int atLeast, int atMost) {
        int start = position;
        int value = 0;
        while (position < text.length() && position - start < atMost) {
            char character = peek();
            if (character < '0' || character > '9') {
                break;
            }
            value = value * 10 + (character - '0');
            position++;
        }
        if (position - start < atLeast) {
            throw failure("digit expected");
        }
        return value;
    }

    private void expect(char character) {
        if (position == text.length() || peek() != character) {
            throw failure("'" + character + "' expected");
        }
        position++;
    }

    private char peek() {
        return text.charAt(position);
    }

    private static int daysOf(int year, int month) {
        return switch (month) {
            case 4, 6, 9, 11 -> 30;
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            default -> 31;
        };
    }

    private DateTimeParseException failure(String problem) {
        return new DateTimeParseException(problem + " at position " + position + " of '" + text + "'", text, position);
    }
}
