// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** The schema of the destination database in which the sink keeps offsets, table states, runs and errors. */
package io.tablecast.sink.metadata;
