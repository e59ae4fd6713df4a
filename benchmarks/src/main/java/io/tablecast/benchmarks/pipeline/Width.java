// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How much stands in a row. */
enum Width {
    /** Three columns, some twenty bytes. */
    NARROW("customer_id integer, amount numeric(12,2)", "i % 40000, i % 1000000 / 100.0"),
    /** Sixty-one columns, about a kilobyte. */
    WIDE(
            twentyTimes("n%1$d integer, t%1$d text, d%1$d timestamp"),
            twentyTimes("i %% 4000%1$d, 'value ' || i || ' of thirty or so letters',"
                    + " timestamp '2026-01-01' + i * interval '1 second'"));

    private final String definitions;
    private final String row;

    Width(String definitions, String row) {
        this.definitions = definitions;
        this.row = row;
    }

    static Width named(String option) {
        return valueOf(option.toUpperCase(Locale.ROOT));
    }

    String words() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Definitions of columns beside the key, which is {@code id bigint}. */
    String definitions() {
        return definitions;
    }

    /** The values of row {@code i}. */
    String row() {
        return row;
    }

    private static String twentyTimes(String columns) {
        return IntStream.range(0, 20).mapToObj(columns::formatted).collect(Collectors.joining(", "));
    }
}
