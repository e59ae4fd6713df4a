// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How created tables differ from the source's, as configured.
 *
 * @param fillfactor 10 to 100, PostgreSQL's default
 * @param softDelete how deleted rows are kept, where they are
 */
public record TableShape(IndexCopy indexes, int fillfactor, Optional<SoftDelete> softDelete) {

    public static final int DEFAULT_FILLFACTOR = 100;
    public static final TableShape DEFAULT = new TableShape(IndexCopy.COPY, DEFAULT_FILLFACTOR, Optional.empty());

    public TableShape {
        requireNonNull(indexes, "indexes is null");
        requireNonNull(softDelete, "softDelete is null");
        if (fillfactor < 10 || fillfactor > DEFAULT_FILLFACTOR) {
            throw new IllegalArgumentException("fillfactor should be between 10 and 100: was " + fillfactor);
        }
    }
}
