// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * Dates and times of the proleptic Gregorian calendar as text, written digit by digit because this is done for every
 * value of a table. Years are astronomical: year 0 is 1 BC.
 */
final class CalendarText {

    static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final int MICROS_PER_SECOND = 1_000_000;
    private static final int LONGEST = 40;

    private static final int DAYS_PER_400_YEARS = 146_097;
    // Days from 0000-03-01, where the arithmetic below starts, to 1970-01-01.
    private static final int DAYS_BEFORE_EPOCH = 719_468;

    private final byte[] characters = new byte[LONGEST];
    private int length;

    CalendarText() {}

    /** {@code 2020-01-31}; years outside 0 to 9999 as ISO 8601 signs them. */
    CalendarText isoDate(long epochDay) {
        long packed = civil(epochDay);
        int year = (int) (packed >> 16);
        if (year > 9999) {
            append('+');
        }
        if (year < 0) {
            append('-');
        }
        year(Math.abs(year));
        monthAndDay(packed);
        return this;
    }

    /** {@code 2020-01-31}; years before 1 without their sign, which {@link #era} follows up. */
    CalendarText postgresDate(long epochDay) {
        long packed = civil(epochDay);
        int year = (int) (packed >> 16);
        year(year > 0 ? year : 1 - year);
        monthAndDay(packed);
        return this;
    }

    /** PostgreSQL's mark of dates before the year 1. */
    CalendarText era(long epochDay) {
        if ((int) (civil(epochDay) >> 16) <= 0) {
            append(' ');
            append('B');
            append('C');
        }
        return this;
    }

    CalendarText append(char character) {
        characters[length++] = (byte) character;
        return this;
    }

    /** {@code 13:05:00} or {@code 13:05:00.12}: as many digits of the fraction as are not zero. */
    CalendarText time(long microsOfDay) {
        clock(microsOfDay);
        int fraction = (int) (microsOfDay % MICROS_PER_SECOND);
        if (fraction != 0) {
            fraction(fraction);
            while (characters[length - 1] == '0') {
                length--;
            }
        }
        return this;
    }

    /** {@code 13:05:00.120}: exactly so many digits of the fraction, 1 to 6. */
    CalendarText time(long microsOfDay, int fractionDigits) {
        clock(microsOfDay);
        fraction((int) (microsOfDay % MICROS_PER_SECOND));
        length -= 6 - fractionDigits;
        return this;
    }

    /** {@code Z} or {@code +02:00}, with seconds if there are any. */
    CalendarText isoOffset(int secondsEast) {
        return secondsEast == 0 ? append('Z') : offset(secondsEast);
    }

    /** {@code +02:00}, with seconds if there are any. */
    CalendarText offset(int secondsEast) {
        append(secondsEast < 0 ? '-' : '+');
        int seconds = Math.abs(secondsEast);
        twoDigits(seconds / 3600);
        append(':');
        twoDigits(seconds / 60 % 60);
        if (seconds % 60 != 0) {
            append(':');
            twoDigits(seconds % 60);
        }
        return this;
    }

    @Override
    public String toString() {
        return new String(characters, 0, length, ISO_8859_1);
    }

    private void monthAndDay(long packed) {
        append('-');
        twoDigits((int) (packed >> 8) & 0xff);
        append('-');
        twoDigits((int) packed & 0xff);
    }

    private void clock(long microsOfDay) {
        int seconds = (int) (microsOfDay / MICROS_PER_SECOND);
        twoDigits(seconds / 3600);
        append(':');
        twoDigits(seconds / 60 % 60);
        append(':');
        twoDigits(seconds % 60);
    }

    private void fraction(int value) {
        append('.');
        digits(value, 6);
    }

    private void year(int year) {
        int width = 4;
        for (int bound = 10_000; year >= bound; bound *= 10) {
            width++;
        }
        digits(year, width);
    }

    private void twoDigits(int value) {
        characters[length++] = (byte) ('0' + value / 10);
        characters[length++] = (byte) ('0' + value % 10);
    }

    private void digits(int value, int width) {
        int rest = value;
        for (int i = length + width - 1; i >= length; i--) {
            characters[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += width;
    }

    // Year, month and day of a day, packed as year << 16 | month << 8 | day. Years here begin in March, so that the
    // leap day is the last of its year.
    private static long civil(long epochDay) {
        long day = epochDay + DAYS_BEFORE_EPOCH;
        long era = Math.floorDiv(day, DAYS_PER_400_YEARS);
        int dayOfEra = (int) (day - era * DAYS_PER_400_YEARS);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        long year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
        return (year << 16) | ((long) month << 8) | dayOfMonth;
    }

    /** The day of a date, counted from 1970-01-01. */
    static long epochDay(int year, int month, int dayOfMonth) {
        long shifted = month <= 2 ? year - 1L : year;
        long era = Math.floorDiv(shifted, 400);
        long yearOfEra = shifted - era * 400;
        long monthFromMarch = month > 2 ? month - 3L : month + 9L;
        long dayOfYear = (153 * monthFromMarch + 2) / 5 + dayOfMonth - 1;
        long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * DAYS_PER_400_YEARS + dayOfEra - DAYS_BEFORE_EPOCH;
    }
}
