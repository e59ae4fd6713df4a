// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.pipeline.Pipeline.Run;
import java.util.Map;

/** A source connector of Debezium's. */
interface DebeziumSource {
    /** What is its own in its configuration. */
    Map<String, String> settings(Run run);

    /** Takes away what a deleted connector leaves behind outside of the run's databases. */
    void cleanUp(Run run);
}
