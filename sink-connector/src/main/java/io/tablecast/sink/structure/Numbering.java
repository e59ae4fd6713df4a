// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

/** Where the values of rows that somebody inserts by hand come from. */
enum Numbering {
    /** From nowhere. */
    NONE,
    /** From the column's identity. */
    IDENTITY,
    /** From a sequence that the column owns, because its type cannot have an identity. */
    SEQUENCE
}
