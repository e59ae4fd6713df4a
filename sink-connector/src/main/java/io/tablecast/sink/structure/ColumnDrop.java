// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

/** The setting {@code column.drop}: what becomes of a column that the source has dropped. */
public enum ColumnDrop {
    /** It stays, and takes NULL from then on. */
    KEEP,
    /** It is dropped with its values, under {@link EvolutionMode#FULL}. */
    DROP
}
