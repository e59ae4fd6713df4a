// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How created tables differ from the source's, as configured.
 *
 * @param fillfactor 10 to 100, PostgreSQL's default
 * @param repetition whether a key may come again
 * @param softDelete how deleted rows are kept, where they are
 */
public record TableShape(IndexCopy indexes, int fillfactor, Repetition repetition, Optional<SoftDelete> softDelete) {

    public static final int DEFAULT_FILLFACTOR = 100;
    public static final TableShape DEFAULT =
            new TableShape(IndexCopy.COPY, DEFAULT_FILLFACTOR, Repetition.REFUSED, Optional.empty());

    public TableShape {
        requireNonNull(indexes, "indexes is null");
        requireNonNull(repetition, "repetition is null");
        requireNonNull(softDelete, "softDelete is null");
        if (fillfactor < 10 || fillfactor > DEFAULT_FILLFACTOR) {
            throw new IllegalArgumentException("fillfactor should be between 10 and 100: was " + fillfactor);
        }
    }

    /** What becomes of several rows with one key. */
    public enum Repetition {
        /** The key is unique: rows are upserted by it. */
        REFUSED,
        /** The key has a plain index: each state of a row is added. */
        KEPT
    }
}
