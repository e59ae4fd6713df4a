// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

/** Encodes one Connect value for PostgreSQL; values are never null. */
interface ValueWriter {
    /** Appends the value in binary format, without its length. */
    void write(Object value, CopyBuffer out);

    /** The value as PostgreSQL's input function for the destination type takes it. */
    String text(Object value);
}
