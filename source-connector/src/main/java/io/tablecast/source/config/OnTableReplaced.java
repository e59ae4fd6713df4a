// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

/** What to do with a table that has other rows than before, and no events that say which ({@code on.table.replaced}). */
public enum OnTableReplaced {
    /** It is copied again. */
    REPULL,
    /** It cannot be read any further. */
    FAIL,
    /** Only what happens to it from then on is sent. */
    IGNORE
}
