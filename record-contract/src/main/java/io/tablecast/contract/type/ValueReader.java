// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

/** Decodes one value of PostgreSQL's binary format. */
@FunctionalInterface
interface ValueReader {
    /** The Connect value of the {@code length} bytes at {@code offset}. */
    Object read(byte[] buffer, int offset, int length);
}
