// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

/**
 * How created tables differ from the source's, as configured.
 *
 * @param fillfactor 10 to 100, PostgreSQL's default
 */
public record TableShape(IndexCopy indexes, int fillfactor) {

    public static final int DEFAULT_FILLFACTOR = 100;
    public static final TableShape DEFAULT = new TableShape(IndexCopy.COPY, DEFAULT_FILLFACTOR);

    public TableShape {
        requireNonNull(indexes, "indexes is null");
        if (fillfactor < 10 || fillfactor > DEFAULT_FILLFACTOR) {
            throw new IllegalArgumentException("fillfactor should be between 10 and 100: was " + fillfactor);
        }
    }
}
