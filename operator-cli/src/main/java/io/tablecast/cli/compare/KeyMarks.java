// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import io.tablecast.cli.compare.ComparedSide.RowKey;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/**
 * The marks of rows by their keys. Several rows of one key, which only a table without a unique index can have, make one mark
 * of their own, in whatever order they come.
 */
final class KeyMarks {
    private static final char TIMES = '*';

    private final Map<RowKey, String> marks = new HashMap<>();

    void add(RowKey key, String mark) {
        marks.merge(key, mark, KeyMarks::together);
    }

    Map<RowKey, String> toMap() {
        return marks;
    }

    /** How many, and the sum of their marks. */
    private static String together(String some, String another) {
        int end = some.indexOf(TIMES);
        long count = end < 0 ? 1 : Long.parseLong(some.substring(0, end));
        BigInteger sum = new BigInteger(some.substring(end + 1)).add(new BigInteger(another));
        return Long.toString(count + 1) + TIMES + sum;
    }
}
