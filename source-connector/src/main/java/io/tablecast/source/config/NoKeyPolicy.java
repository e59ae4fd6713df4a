// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

/** What to do with a table that needs a key and has none ({@code no.key.policy}). */
public enum NoKeyPolicy {
    FAIL,
    /** The table is left out. */
    SKIP,
    /** The table is read in mode {@code snapshot}. */
    SNAPSHOT
}
