// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.util.List;

/** Times copying a whole table anew: Tablecast swaps it in, Debezium's sink writes each row over the one that is there. */
public final class SwapBenchmark {

    private SwapBenchmark() {}

    /** Takes system properties only, see {@code benchmarks/README.md}. */
    public static void main(String[] arguments) {
        PipelineComparison.of(new Subject(
                "swaps",
                "A whole table anew",
                "%1$d rows are copied from a %3$s server to a PostgreSQL server. Then %2$d of them are updated while the"
                        + " source connector is stopped, its offsets are deleted and it is resumed, so that the whole table"
                        + " is copied again. Runs of all pipelines alternate.",
                List.of("tablecast", "debezium"),
                TablecastPipeline::copying,
                new CopyAgain()));
    }
}
