// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

/** The setting {@code indexes}: which indexes of the source a created table gets. */
public enum IndexCopy {
    /** The key and all secondary indexes, the unique ones as plain ones. */
    COPY,
    /** The same, but unique ones are unique here as well. */
    UNIQUE,
    /** The key. */
    KEY,
    /** The key where changes are applied by it; none where a table is only ever replaced as a whole. */
    NONE
}
