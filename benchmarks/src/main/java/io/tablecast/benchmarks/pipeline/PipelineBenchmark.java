// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.util.List;

/**
 * Times a first copy and a bulk update through Tablecast and through Debezium, alternately on the same servers, and
 * proves after each that the copy is equal by content.
 */
public final class PipelineBenchmark {

    private PipelineBenchmark() {}

    /** Takes system properties only, see {@code benchmarks/README.md}. */
    public static void main(String[] arguments) {
        PipelineComparison.of(new Subject(
                "pipelines",
                "Whole pipelines",
                "A first copy of %1$d rows, an UPDATE of %2$d of them, then UPDATEs of single rows, from a %3$s server to"
                        + " a PostgreSQL server; runs of all pipelines alternate. Of single rows each run shows the median.",
                List.of("floor", "tablecast", "debezium"),
                TablecastPipeline::following,
                new CopyAndUpdate()));
    }
}
