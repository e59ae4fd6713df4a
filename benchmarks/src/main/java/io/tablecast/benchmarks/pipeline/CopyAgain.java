// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.pipeline.Measurement.Phase;
import io.tablecast.benchmarks.pipeline.Pipeline.Progress;
import io.tablecast.benchmarks.pipeline.Pipeline.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A first copy; then the source is stopped, the table changes, and the source begins anew: from the request that resumes
 * it until the destination shows the table as it is now.
 */
final class CopyAgain implements Scenario {
    private static final String ANEW = "copy anew";

    @Override
    public Measurement play(Run run, Connectors connectors, Progress progress) {
        Instant start = Instant.now();
        connectors.create();
        connectors.await("copy at the destination", progress::isCopied);
        Phase first =
                Phase.ofRows(CopyAndUpdate.FIRST_COPY, run.orders().rows(), Duration.between(start, Instant.now()));

        connectors.stopSource();
        connectors.forgetSourceOffsets();
        progress.update();
        Instant resumed = Instant.now();
        connectors.resumeSource();
        connectors.await("second copy at the destination", progress::isUpdated);
        Phase anew = Phase.ofRows(ANEW, run.orders().rows(), Duration.between(resumed, Instant.now()));
        progress.requireEqual();
        return new Measurement(List.of(first, anew));
    }
}
