// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** What one run took, phase by phase. */
record Measurement(List<Phase> phases) {
    Measurement {
        phases = List.copyOf(phases);
    }

    /** For people, on one line. */
    @Override
    public String toString() {
        return phases.stream()
                .map(phase -> phase.name() + " " + Results.text(phase.seconds()) + " s")
                .collect(Collectors.joining(", "));
    }

    /**
     * A part of a run.
     *
     * @param name the same in all runs of all pipelines
     * @param rows how many it is about; empty where a rate says nothing
     */
    record Phase(String name, OptionalLong rows, Duration took) {
        static Phase ofRows(String name, long rows, Duration took) {
            return new Phase(name + " of " + rows + " rows", OptionalLong.of(rows), took);
        }

        double seconds() {
            return took.toMillis() / 1000.0;
        }
    }
}
