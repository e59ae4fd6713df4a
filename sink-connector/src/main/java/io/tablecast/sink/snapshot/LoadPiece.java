// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

/** What a load takes of its snapshot at a time: a row, or many in the form in which they came. */
public sealed interface LoadPiece permits LoadRow, LoadChunk {

    /** Of its record, for messages. */
    long offset();
}
