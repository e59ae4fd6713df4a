// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.RowChunk;

/** Rows of a snapshot in PostgreSQL's binary form. */
public record LoadChunk(RowChunk chunk, long offset) implements LoadPiece {
    public LoadChunk {
        requireNonNull(chunk, "chunk is null");
    }

    long firstOrdinal() {
        return chunk.rows().first();
    }

    long rows() {
        return chunk.rows().rows();
    }

    int bytes() {
        return chunk.data().length;
    }
}
