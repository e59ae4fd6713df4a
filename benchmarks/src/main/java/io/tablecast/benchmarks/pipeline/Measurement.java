// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.time.Duration;

/**
 * What one run took.
 *
 * @param firstCopy from the request that creates the source connector until the destination holds all rows
 * @param update from the commit of the update until the destination shows it
 */
record Measurement(Duration firstCopy, Duration update) {}
