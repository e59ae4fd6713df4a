// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;

/**
 * A valid unique index of a destination table, with or without a constraint.
 *
 * @param columns the plain key columns in index order; INCLUDE columns and expressions are not among them
 * @param isWhole whether it covers every row by these columns alone: neither partial nor built on expressions
 * @param isImmediate whether it is checked at once; a deferrable constraint cannot decide an ON CONFLICT
 */
public record UniqueIndex(String name, List<String> columns, boolean isPrimary, boolean isWhole, boolean isImmediate) {

    public UniqueIndex {
        requireNonNull(name, "name is null");
        columns = List.copyOf(columns);
    }

    /** Whether {@code ON CONFLICT (columns)} finds this index. */
    boolean decidesConflictsOn(List<String> keyColumns) {
        return isWhole && isImmediate && Set.copyOf(columns).equals(Set.copyOf(keyColumns));
    }
}
