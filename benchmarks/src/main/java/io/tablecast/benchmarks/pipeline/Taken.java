// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a copy took.
 *
 * @param worker seconds of processor time of the worker's; likewise of the other programs
 * @param mostBytes the most memory that the worker's process ever held
 * @param mostHeapBytes the most in the heap of its JVM that was seen, with garbage
 * @param heldHeapBytes what was left there after the copy and a collection
 */
record Taken(
        double seconds,
        double worker,
        double source,
        double destination,
        double broker,
        long mostBytes,
        long mostHeapBytes,
        long heldHeapBytes) {

    /** The median of each figure for itself. */
    static Taken median(List<Taken> runs) {
        return new Taken(
                middle(runs, Taken::seconds),
                middle(runs, Taken::worker),
                middle(runs, Taken::source),
                middle(runs, Taken::destination),
                middle(runs, Taken::broker),
                Math.round(middle(runs, Taken::mostBytes)),
                Math.round(middle(runs, Taken::mostHeapBytes)),
                Math.round(middle(runs, Taken::heldHeapBytes)));
    }

    private static double middle(List<Taken> runs, ToDoubleFunction<Taken> figure) {
        return Medians.ofNumbers(runs.stream().map(figure::applyAsDouble).toList());
    }
}
