// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

/** What becomes of the character U+0000, which PostgreSQL's texts cannot hold ({@code nul.mode}). */
public enum NulMode {
    /** The record is refused. */
    FAIL,
    /** The character is left out. */
    STRIP,
    /** U+FFFD takes its place. */
    REPLACE
}
