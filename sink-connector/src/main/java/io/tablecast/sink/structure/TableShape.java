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
 * @param types which types their columns get
 * @param identifierCase how their columns and indexes are named
 */
public record TableShape(
        IndexCopy indexes,
        int fillfactor,
        Repetition repetition,
        Optional<SoftDelete> softDelete,
        TypeRules types,
        IdentifierCase identifierCase) {

    public static final int DEFAULT_FILLFACTOR = 100;
    public static final TableShape DEFAULT = new TableShape(
            IndexCopy.COPY,
            DEFAULT_FILLFACTOR,
            Repetition.REFUSED,
            Optional.empty(),
            TypeRules.DEFAULT,
            IdentifierCase.KEEP);

    public TableShape {
        requireNonNull(indexes, "indexes is null");
        requireNonNull(repetition, "repetition is null");
        requireNonNull(softDelete, "softDelete is null");
        requireNonNull(types, "types is null");
        requireNonNull(identifierCase, "identifierCase is null");
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
