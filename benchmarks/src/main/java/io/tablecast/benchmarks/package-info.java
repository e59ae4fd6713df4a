// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** Measurements of hot paths and of whole pipelines. */
package io.tablecast.benchmarks;
