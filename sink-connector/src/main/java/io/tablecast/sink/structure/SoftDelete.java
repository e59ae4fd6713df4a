// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

/**
 * How deleted rows stay ({@code delete.mode=soft}).
 *
 * @param column takes the time of the deletion; NULL in rows that are there
 */
public record SoftDelete(String column, History history) {

    public SoftDelete {
        requireNonNull(column, "column is null");
        requireNonNull(history, "history is null");
    }

    /** {@code soft.delete.history}. */
    public enum History {
        /** A row that is deleted several times shows its last deletion. */
        LAST,
        /** Every deleted state of a row also goes to a table of its own, see {@link HistoryTable}. */
        EVERY
    }
}
