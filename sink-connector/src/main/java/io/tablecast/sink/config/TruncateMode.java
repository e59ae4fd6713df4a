// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

/** What a TRUNCATE at the source does to the table ({@code truncate.mode}). */
public enum TruncateMode {
    /** It is emptied. */
    APPLY,
    /** Nothing. */
    IGNORE
}
