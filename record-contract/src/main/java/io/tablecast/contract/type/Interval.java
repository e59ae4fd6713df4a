// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

/** PostgreSQL's interval: three numbers that it keeps apart. */
record Interval(int months, int days, long micros) {

    static final Interval INFINITY = new Interval(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);
    static final Interval MINUS_INFINITY = new Interval(Integer.MIN_VALUE, Integer.MIN_VALUE, Long.MIN_VALUE);

    private static final int MONTHS_PER_YEAR = 12;
    private static final int DAYS_PER_WEEK = 7;
    private static final double DAYS_PER_MONTH = 365.25 / 12;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
    private static final long MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;
    private static final int FRACTION_DIGITS = 6;

    /** An interval of nothing but microseconds, whose extremes stand for the infinities. */
    static Interval ofMicros(long micros) {
        if (micros == Long.MAX_VALUE) {
            return INFINITY;
        }
        if (micros == Long.MIN_VALUE) {
            return MINUS_INFINITY;
        }
        return new Interval(0, 0, micros);
    }

    /** Microseconds as Debezium counts them, a month being 30.4375 days. */
    long averageMicros() {
        if (equals(INFINITY)) {
            return Long.MAX_VALUE;
        }
        if (equals(MINUS_INFINITY)) {
            return Long.MIN_VALUE;
        }
        double numberOfDays = months * DAYS_PER_MONTH + days;
        if (numberOfDays == Math.rint(numberOfDays) && Math.abs(numberOfDays) < 1e8) {
            return Math.round(numberOfDays) * CalendarText.MICROS_PER_DAY + micros;
        }
        return (long) (numberOfDays * CalendarText.MICROS_PER_DAY + micros);
    }

    /** {@code P1Y2M3DT4H5M6.78S}, every part signed by itself. */
    String toIsoText() {
        if (equals(INFINITY)) {
            return "infinity";
        }
        if (equals(MINUS_INFINITY)) {
            return "-infinity";
        }
        StringBuilder text = new StringBuilder(32);
        text.append('P').append(months / MONTHS_PER_YEAR).append('Y');
        text.append(months % MONTHS_PER_YEAR).append('M');
        text.append(days).append("DT");
        text.append(micros / MICROS_PER_HOUR).append('H');
        text.append(micros / MICROS_PER_MINUTE % 60).append('M');
        appendSeconds(text, micros % MICROS_PER_MINUTE);
        return text.append('S').toString();
    }

    /** What PostgreSQL reads whatever {@code IntervalStyle} is. */
    String toPostgresText() {
        if (equals(INFINITY) || equals(MINUS_INFINITY)) {
            return toIsoText();
        }
        StringBuilder text = new StringBuilder(48);
        text.append(months).append(" months ").append(days).append(" days ");
        text.append(micros / MICROS_PER_HOUR).append(" hours ");
        text.append(micros / MICROS_PER_MINUTE % 60).append(" minutes ");
        appendSeconds(text, micros % MICROS_PER_MINUTE);
        return text.append(" seconds").toString();
    }

    private static void appendSeconds(StringBuilder text, long micros) {
        if (micros < 0) {
            text.append('-');
        }
        long positive = Math.abs(micros);
        text.append(positive / MICROS_PER_SECOND);
        long fraction = positive % MICROS_PER_SECOND;
        if (fraction == 0) {
            return;
        }
        text.append('.');
        for (long unit = MICROS_PER_SECOND / 10; fraction != 0; unit /= 10) {
            text.append(fraction / unit);
            fraction %= unit;
        }
    }

    /**
     * Reads an ISO 8601 duration whose parts may have signs, or an infinity.
     *
     * @throws IllegalArgumentException if the text is neither
     * @throws ArithmeticException if PostgreSQL has no such interval
     */
    static Interval parse(String text) {
        if (text.equals("infinity")) {
            return INFINITY;
        }
        if (text.equals("-infinity")) {
            return MINUS_INFINITY;
        }
        return new Parser(text).interval();
    }

    private static final class Parser {
        private final String text;
        private int position;
        private long months;
        private long days;
        private long micros;

        Parser(String text) {
            this.text = text;
        }

        Interval interval() {
            if (text.length() < 3 || text.charAt(0) != 'P') {
                throw new IllegalArgumentException(text);
            }
            position = 1;
            boolean time = false;
            while (position < text.length()) {
                if (text.charAt(position) == 'T') {
                    time = true;
                    position++;
                    continue;
                }
                part(time);
            }
            return new Interval(Math.toIntExact(months), Math.toIntExact(days), micros);
        }

        private void part(boolean time) {
            int sign = sign();
            long whole = digits(sign);
            long fraction = fraction(sign);
            if (position == text.length()) {
                throw new IllegalArgumentException(text);
            }
            char unit = text.charAt(position++);
            if (time) {
                addTime(unit, whole, fraction);
                return;
            }
            if (fraction != 0) {
                throw new IllegalArgumentException(text);
            }
            addDate(unit, whole);
        }

        private void addDate(char unit, long number) {
            switch (unit) {
                case 'Y' -> months = Math.addExact(months, Math.multiplyExact(number, MONTHS_PER_YEAR));
                case 'M' -> months = Math.addExact(months, number);
                case 'W' -> days = Math.addExact(days, Math.multiplyExact(number, DAYS_PER_WEEK));
                case 'D' -> days = Math.addExact(days, number);
                default -> throw new IllegalArgumentException(text);
            }
        }

        private void addTime(char unit, long whole, long fraction) {
            long unitMicros = switch (unit) {
                case 'H' -> MICROS_PER_HOUR;
                case 'M' -> MICROS_PER_MINUTE;
                case 'S' -> MICROS_PER_SECOND;
                default -> throw new IllegalArgumentException(text);
            };
            // The fraction counts millionths of its unit.
            long part =
                    Math.addExact(Math.multiplyExact(whole, unitMicros), fraction * (unitMicros / MICROS_PER_SECOND));
            micros = Math.addExact(micros, part);
        }

        private int sign() {
            char character = text.charAt(position);
            if (character != '-' && character != '+') {
                return 1;
            }
            position++;
            return character == '-' ? -1 : 1;
        }

        private long digits(int sign) {
            int start = position;
            long number = 0;
            while (isDigit()) {
                number = Math.addExact(Math.multiplyExact(number, 10), (long) sign * (text.charAt(position++) - '0'));
            }
            if (position == start) {
                throw new IllegalArgumentException(text);
            }
            return number;
        }

        private long fraction(int sign) {
            if (position == text.length() || text.charAt(position) != '.') {
                return 0;
            }
            position++;
            long millionths = 0;
            int count = 0;
            while (isDigit()) {
                int digit = text.charAt(position++) - '0';
                if (count < FRACTION_DIGITS) {
                    millionths = millionths * 10 + digit;
                    count++;
                }
            }
            for (; count < FRACTION_DIGITS; count++) {
                millionths *= 10;
            }
            return sign * millionths;
        }

        private boolean isDigit() {
            return position < text.length() && text.charAt(position) >= '0' && text.charAt(position) <= '9';
        }
    }
}
