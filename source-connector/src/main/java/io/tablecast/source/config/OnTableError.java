// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

/** What to do when one table cannot be read until somebody mends something ({@code on.table.error}). */
public enum OnTableError {
    /** The table is tried again, later each time, while others go on. */
    RETRY,
    /** The task stops. */
    FAIL
}
