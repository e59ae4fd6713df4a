// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

/** What a delete at the source does to the row ({@code delete.mode}). */
public enum DeleteMode {
    /** It is deleted. */
    DELETE,
    /** It stays, marked with the time of the deletion. */
    SOFT,
    /** It stays as it is. */
    IGNORE
}
