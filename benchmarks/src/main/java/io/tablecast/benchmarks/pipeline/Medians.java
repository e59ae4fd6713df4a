// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.time.Duration;
import java.util.List;

/** The middle of what was measured. */
final class Medians {

    private Medians() {}

    static Duration of(List<Duration> values) {
        return Duration.ofNanos(Math.round(
                ofNumbers(values.stream().map(value -> (double) value.toNanos()).toList())));
    }

    /** Of an even count, the mean of the two in the middle. */
    static double ofNumbers(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
