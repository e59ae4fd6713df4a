// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

/** What a failure that concerns one table alone does ({@code on.table.error}). */
public enum TableErrorMode {
    /** The task stops. */
    FAIL,
    /** Nothing of the table's partitions is written any more; other tables go on. */
    QUARANTINE
}
