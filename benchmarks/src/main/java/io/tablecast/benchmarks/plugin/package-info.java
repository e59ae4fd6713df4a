// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** Connectors that only benchmarks use: one that fills a topic, one that throws records away. */
package io.tablecast.benchmarks.plugin;
