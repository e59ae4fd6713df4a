// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * PostgreSQL's binary numeric: groups of four decimal digits, the weight of the first group, a sign and the number of
 * digits shown after the point.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-numeric.html">Arbitrary precision numbers</a>
 */
final class NumericCodec {

    static final int POSITIVE = 0x0000;
    static final int NEGATIVE = 0x4000;
    static final int NAN = 0xC000;
    static final int INFINITY = 0xD000;
    static final int MINUS_INFINITY = 0xF000;

    /** The most digits that PostgreSQL shows after the point. */
    static final int SCALE_MAX = 16_383;
    /** The most digits that PostgreSQL holds before the point. */
    static final int INTEGER_DIGITS_MAX = 131_072;

    private static final int GROUP_DIGITS = 4;
    private static final int GROUP = 10_000;
    private static final int LONG_DIGITS = 18;
    private static final long[] POWERS_OF_TEN = powersOfTen();

    private NumericCodec() {}

    /** The sign field: {@link #POSITIVE}, {@link #NEGATIVE}, {@link #NAN}, {@link #INFINITY} or {@link #MINUS_INFINITY}. */
    static int sign(byte[] buffer, int offset) {
        return Binary.readShort(buffer, offset + 4) & 0xffff;
    }

    /** The finite number, with the scale that PostgreSQL shows. */
    static BigDecimal read(byte[] buffer, int offset) {
        int groups = Binary.readShort(buffer, offset) & 0xffff;
        int weight = Binary.readShort(buffer, offset + 2);
        int scale = Binary.readShort(buffer, offset + 6) & 0x3fff;
        boolean negative = sign(buffer, offset) == NEGATIVE;
        // The groups, taken as one integer, times ten to the power of this is the unscaled value.
        int exponent = GROUP_DIGITS * (weight - groups + 1) + scale;
        if (groups * GROUP_DIGITS + Math.max(exponent, 0) > LONG_DIGITS) {
            return readLarge(buffer, offset + 8, groups, exponent, scale, negative);
        }
        long digits = 0;
        for (int i = 0; i < groups; i++) {
            digits = digits * GROUP + Binary.readShort(buffer, offset + 8 + 2 * i);
        }
        // Digits beyond the scale are zeros that only fill the last group.
        long unscaled = exponent >= 0 ? digits * POWERS_OF_TEN[exponent] : scaledDown(digits, -exponent);
        return BigDecimal.valueOf(negative ? -unscaled : unscaled, scale);
    }

    private static long scaledDown(long digits, int by) {
        return by > LONG_DIGITS ? 0 : digits / POWERS_OF_TEN[by];
    }

    private static BigDecimal readLarge(
            byte[] buffer, int offset, int groups, int exponent, int scale, boolean negative) {
        char[] digits = new char[groups * GROUP_DIGITS];
        for (int i = 0; i < groups; i++) {
            int group = Binary.readShort(buffer, offset + 2 * i);
            for (int j = GROUP_DIGITS - 1; j >= 0; j--) {
                digits[i * GROUP_DIGITS + j] = (char) ('0' + group % 10);
                group /= 10;
            }
        }
        BigDecimal integer = groups == 0 ? BigDecimal.ZERO : new BigDecimal(digits);
        BigDecimal value = integer.scaleByPowerOfTen(exponent - scale).setScale(scale);
        return negative ? value.negate() : value;
    }

    /** Appends a finite number. Its scale must be at most {@link #SCALE_MAX}. */
    static void write(BigDecimal value, CopyBuffer out) {
        BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
        int scale = plain.scale();
        BigInteger unscaled = plain.unscaledValue();
        // The fraction fills whole groups.
        int padding = Math.floorMod(-scale, GROUP_DIGITS);
        if (unscaled.bitLength() < Long.SIZE - 14) {
            writeSmall(unscaled.longValue() * POWERS_OF_TEN[padding], scale, padding, out);
            return;
        }
        writeLarge(unscaled, scale, padding, out);
    }

    /** Appends a whole number. */
    static void write(long value, CopyBuffer out) {
        if (value == Long.MIN_VALUE) {
            write(BigDecimal.valueOf(value), out);
            return;
        }
        writeSmall(value, 0, 0, out);
    }

    /** Appends NaN or an infinity. */
    static void writeSpecial(int sign, CopyBuffer out) {
        writeHead(0, 0, sign, 0, out);
    }

    private static void writeSmall(long padded, int scale, int padding, CopyBuffer out) {
        long rest = Math.abs(padded);
        int fractionGroups = (scale + padding) / GROUP_DIGITS;
        int skipped = 0;
        while (rest != 0 && rest % GROUP == 0) {
            rest /= GROUP;
            skipped++;
        }
        int groups = 0;
        for (long left = rest; left != 0; left /= GROUP) {
            groups++;
        }
        int weight = groups == 0 ? 0 : groups + skipped - fractionGroups - 1;
        writeHead(groups, weight, padded < 0 ? NEGATIVE : POSITIVE, scale, out);
        for (int i = groups - 1; i >= 0; i--) {
            out.writeShort((int) (rest / POWERS_OF_TEN[GROUP_DIGITS * i] % GROUP));
        }
    }

    private static void writeLarge(BigInteger unscaled, int scale, int padding, CopyBuffer out) {
        String digits = unscaled.abs().toString() + "0".repeat(padding);
        int leading = Math.floorMod(-digits.length(), GROUP_DIGITS);
        String aligned = "0".repeat(leading) + digits;
        int groups = aligned.length() / GROUP_DIGITS;
        int weight = groups - (scale + padding) / GROUP_DIGITS - 1;
        while (groups > 0 && group(aligned, groups - 1) == 0) {
            groups--;
        }
        writeHead(groups, weight, unscaled.signum() < 0 ? NEGATIVE : POSITIVE, scale, out);
        for (int i = 0; i < groups; i++) {
            out.writeShort(group(aligned, i));
        }
    }

    private static int group(String aligned, int index) {
        int value = 0;
        for (int i = index * GROUP_DIGITS; i < (index + 1) * GROUP_DIGITS; i++) {
            value = value * 10 + (aligned.charAt(i) - '0');
        }
        return value;
    }

    private static void writeHead(int groups, int weight, int sign, int scale, CopyBuffer out) {
        out.writeShort(groups);
        out.writeShort(weight);
        out.writeShort(sign);
        out.writeShort(scale);
    }

    private static long[] powersOfTen() {
        long[] powers = new long[LONG_DIGITS + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }
}
