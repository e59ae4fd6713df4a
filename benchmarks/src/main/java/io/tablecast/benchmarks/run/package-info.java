// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** All benchmarks behind one command. */
package io.tablecast.benchmarks.run;
