// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** Sinks alone, timed side by side on one topic that was written before. */
package io.tablecast.benchmarks.sink;
