// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import java.math.BigInteger;

/** How the rows of both sides are divided into ranges, each of which gets its checksum. */
sealed interface Ranges {

    int count();

    /**
     * Equal parts of the values of a whole-number column, which an index finds.
     *
     * @param least the lowest value of the first range
     * @param width values in each range
     */
    record OfNumbers(long least, long width, int count) implements Ranges {

        /** The highest value of the last range. */
        BigInteger greatest() {
            return start(count).subtract(BigInteger.ONE);
        }

        /** The first value of a range. */
        BigInteger start(int range) {
            return BigInteger.valueOf(least).add(BigInteger.valueOf(width).multiply(BigInteger.valueOf(range)));
        }
    }

    /** By a hash of the key, which is the same everywhere whatever the key's type and collation. */
    record OfHashes(int count) implements Ranges {}

    /**
     * Ranges of some thousand rows, of very large tables some ten thousand.
     *
     * @param rows of the larger side
     * @param least the lowest value of the first key column on either side, null if it is not a whole number
     */
    static Ranges of(long rows, BigInteger least, BigInteger greatest) {
        int count = (int) Math.max(Math.max(1, Math.min(MANY, rows / ROWS)), rows / MOST_ROWS);
        if (least == null || greatest == null) {
            return new OfHashes(count);
        }
        BigInteger values = greatest.subtract(least).add(BigInteger.ONE);
        BigInteger width = values.add(BigInteger.valueOf(count - 1L)).divide(BigInteger.valueOf(count));
        // Differences within a range are computed as bigint by the server.
        if (values.bitLength() > 62 || least.bitLength() > 62) {
            return new OfHashes(count);
        }
        return new OfNumbers(least.longValueExact(), width.longValueExact(), count);
    }

    /** The number of the range of rows whose first key column is NULL, which only tables without a key have. */
    int OF_NULLS = -1;

    int ROWS = 2_000;
    int MANY = 4_096;

    /** So many rows have ranges on the average at the most, however large the table. */
    int MOST_ROWS = 50_000;
}
