// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** What mode {@code queue} costs those who write to the source. */
package io.tablecast.benchmarks.source;
