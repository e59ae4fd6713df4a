// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

/** Whether a table that was never read is copied ({@code snapshot.mode}). */
public enum SnapshotMode {
    INITIAL,
    /** Only what happens from now on is read. */
    NO_DATA
}
