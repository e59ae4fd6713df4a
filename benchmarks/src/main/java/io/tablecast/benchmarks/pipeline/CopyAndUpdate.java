// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.pipeline.Measurement.Phase;
import io.tablecast.benchmarks.pipeline.Pipeline.Progress;
import io.tablecast.benchmarks.pipeline.Pipeline.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A first copy, from the request that creates the source connector until the destination holds all rows; an update, from its
 * commit until the destination shows it; then changes of single rows while nothing else happens, each timed likewise.
 */
final class CopyAndUpdate implements Scenario {
    static final String FIRST_COPY = "first copy";
    static final String UPDATE = "update";
    static final String ONE_ROW = "one changed row, median";

    @Override
    public Measurement play(Run run, Connectors connectors, Progress progress) {
        List<Phase> phases = new ArrayList<>();
        Instant start = Instant.now();
        connectors.create();
        connectors.await("copy at the destination", progress::isCopied);
        phases.add(Phase.ofRows(FIRST_COPY, run.orders().rows(), Duration.between(start, Instant.now())));
        progress.requireEqual();
        progress.completeIndexes();

        progress.update();
        Instant commit = Instant.now();
        connectors.await("update at the destination", progress::isUpdated);
        phases.add(Phase.ofRows(UPDATE, run.orders().updatedRows(), Duration.between(commit, Instant.now())));
        List<Duration> latencies = progress.latencies();
        if (!latencies.isEmpty()) {
            phases.add(new Phase(ONE_ROW, OptionalLong.empty(), Medians.of(latencies)));
        }
        progress.requireEqual();
        return new Measurement(phases);
    }
}
