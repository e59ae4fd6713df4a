// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** Snapshots: loading all rows of a table aside, and switching its readers over in one moment. */
package io.tablecast.sink.snapshot;
