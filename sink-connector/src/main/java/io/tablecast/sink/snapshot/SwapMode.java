// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

/** The setting {@code swap.mode}: what readers' name of a swapped table is. */
public enum SwapMode {
    /** VIEW for periodic snapshots into a name that is free or already such a view, else RENAME. */
    AUTO,
    /** A view over the table of the last snapshot. */
    VIEW,
    /** A table that is renamed into place. */
    RENAME
}
