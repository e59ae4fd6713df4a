// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.pipeline.Pipeline.Progress;
import io.tablecast.benchmarks.pipeline.Pipeline.Run;

/** What is done with a pipeline that is there but for its connectors, and timed. */
interface Scenario {
    /** @throws AssertionError if the copy is not equal to the table, or does not come in time */
    Measurement play(Run run, Connectors connectors, Progress progress);
}
