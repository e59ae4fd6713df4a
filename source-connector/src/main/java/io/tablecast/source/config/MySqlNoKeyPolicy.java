// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

/** What to do with a table of MySQL or MariaDB that needs a key and has none ({@code no.key.policy}). */
public enum MySqlNoKeyPolicy {
    FAIL,
    /** The table is left out. */
    SKIP,
    /** Its rows are sent without a key, so that sinks can only add them. */
    APPEND
}
