// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.util.List;

/** Times source connectors alone: a first copy into a topic, then changes that were made while the connector was stopped. */
public final class SourceBenchmark {

    private SourceBenchmark() {}

    /** Takes system properties only, see {@code benchmarks/README.md}. */
    public static void main(String[] arguments) {
        PipelineComparison.of(new Subject(
                "sources",
                "Sources alone",
                "%1$d rows are copied from a %3$s server into a topic. Then %2$d of them are updated while the connector is"
                        + " stopped, and it is resumed. Runs of all connectors alternate.",
                List.of("tablecast", "debezium"),
                TablecastPipeline::following,
                new SourceAlone()));
    }
}
