// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

/** What a delete at the source does to the row ({@code delete.mode}). */
public enum DeleteMode {
    /** It is deleted. */
    DELETE,
    /** It stays. */
    IGNORE
}
