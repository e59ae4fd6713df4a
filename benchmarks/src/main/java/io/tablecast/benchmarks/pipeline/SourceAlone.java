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
 * A first copy into the topic, from the request that creates the connector until the topic holds all rows; then a drain of
 * what waits in the queue or log, from the request that resumes the stopped connector until the topic holds all changes. A
 * sink, not timed, proves at the end that nothing is missing.
 */
final class SourceAlone implements Scenario {
    private static final String COPY = "copy into the topic";
    private static final String DRAIN = "drain";

    @Override
    public Measurement play(Run run, Connectors connectors, Progress progress) {
        try (TopicEnd topic = new TopicEnd(run.bootstrapServers(), run.topic())) {
            long rows = run.orders().rows();
            long changes = run.orders().updatedRows();
            Instant start = Instant.now();
            connectors.createSource();
            connectors.await("copy in the topic", () -> topic.offset() >= rows);
            Phase copy = Phase.ofRows(COPY, rows, Duration.between(start, Instant.now()));

            connectors.await("end of the copy", topic::isQuiet);
            connectors.stopSource();
            progress.update();
            long before = topic.offset();
            Instant resumed = Instant.now();
            connectors.resumeSource();
            connectors.await("changes in the topic", () -> topic.offset() >= before + changes);
            Phase drain = Phase.ofRows(DRAIN, changes, Duration.between(resumed, Instant.now()));

            connectors.createSink();
            connectors.await("changes at the destination", progress::isUpdated);
            progress.requireEqual();
            return new Measurement(List.of(copy, drain));
        }
    }
}
