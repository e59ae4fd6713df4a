// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** Connectors that only benchmarks use: two that fill a topic, one that throws records away. */
package io.tablecast.benchmarks.plugin;
