// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** Whole pipelines, from PostgreSQL through Kafka to PostgreSQL, timed side by side. */
package io.tablecast.benchmarks.pipeline;
