// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

/** The fraction of a second as the binlog stores it: two digits in a byte. */
final class FractionDigits {

    private static final int[] MICROS = {1_000_000, 10_000, 100, 1};

    private FractionDigits() {}

    /** How many bytes hold so many digits. */
    static int bytes(int digits) {
        return (digits + 1) / 2;
    }

    /** What one unit of so many bytes is worth in microseconds. */
    static int microsOfUnit(int bytes) {
        return MICROS[bytes];
    }
}
