// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

/** How the rows of mode {@code snapshot} travel ({@code snapshot.format}). */
public enum SnapshotFormat {
    /** Each as a change event. */
    RECORDS,
    /** Many to a record, as PostgreSQL sends them, in a topic of their own that only Tablecast's sink reads. */
    COPY
}
