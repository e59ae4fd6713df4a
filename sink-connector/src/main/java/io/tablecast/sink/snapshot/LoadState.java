// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

/** How far a load is. */
public enum LoadState {
    /** It takes rows. */
    LOADING,
    /** All rows are there; indexes are built, and the switch waits for its lock. */
    SWITCHING,
    /** Committed. */
    DONE,
    /** Rolled back, see {@link SnapshotLoad#failure()}; the old data is still served. */
    FAILED,
    /** Closed before its end and rolled back. */
    ABANDONED
}
