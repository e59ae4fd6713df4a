// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

/** The setting {@code snapshot.apply}: how a snapshot takes the place of what is there. */
public enum SnapshotApply {
    /** A new table takes the old one's place. */
    SWAP,
    /** The table is emptied and filled in one transaction; older snapshots of readers see it empty. */
    TRUNCATE,
    /** Rows that differ are changed, by key, in one transaction. */
    MERGE
}
