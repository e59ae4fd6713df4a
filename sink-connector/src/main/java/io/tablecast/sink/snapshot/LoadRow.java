// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.connect.data.Struct;

/**
 * A row of a snapshot.
 *
 * @param ordinal its place in the snapshot, from 1, or {@link #NO_ORDINAL}
 * @param offset of its record, for messages
 */
public record LoadRow(Struct values, long ordinal, long offset) implements LoadPiece {

    /** Of rows that do not tell their place: repeats of them cannot be recognised. */
    public static final long NO_ORDINAL = 0;

    public LoadRow {
        requireNonNull(values, "values is null");
    }
}
