// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

/** How rows reach a table ({@code apply.mode}). */
public enum ApplyMode {
    /** The row of a key is inserted or updated. */
    UPSERT,
    /** Every row of a record is inserted. */
    APPEND
}
