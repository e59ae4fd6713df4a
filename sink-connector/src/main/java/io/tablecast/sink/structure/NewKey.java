// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The key that rows are told apart by.
 *
 * @param columns in key order, by the names they have at the destination; none when the table has no key
 * @param kind a primary key; a unique index where the source has none or a column takes NULL; a plain one where rows are
 *     only added
 */
record NewKey(String name, List<String> columns, Kind kind) {

    static final NewKey NONE = new NewKey("", List.of(), Kind.UNIQUE_INDEX);

    NewKey {
        requireNonNull(name, "name is null");
        columns = List.copyOf(columns);
        requireNonNull(kind, "kind is null");
    }

    boolean exists() {
        return !columns.isEmpty();
    }

    /** How the key is enforced. */
    enum Kind {
        PRIMARY_KEY,
        UNIQUE_INDEX,
        PLAIN_INDEX
    }
}
