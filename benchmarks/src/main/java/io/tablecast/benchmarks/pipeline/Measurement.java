// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.time.Duration;
import java.util.List;

/**
 * What one run took.
 *
 * @param firstCopy from the request that creates the source connector until the destination holds all rows
 * @param update from the commit of the update until the destination shows it
 * @param latencies of single changes, each from its commit until the destination shows it, while nothing else happens
 */
record Measurement(Duration firstCopy, Duration update, List<Duration> latencies) {
    Measurement {
        latencies = List.copyOf(latencies);
    }
}
