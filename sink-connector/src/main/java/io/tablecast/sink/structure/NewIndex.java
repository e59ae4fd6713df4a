// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

/**
 * A secondary index to be created.
 *
 * @param kind the words between {@code CREATE} and the name: for the source's unique ones as {@link IndexCopy} says
 * @param definition what follows the table's name in {@code CREATE INDEX}
 */
record NewIndex(String kind, String name, String definition) {

    static final String PLAIN = "INDEX ";
    static final String UNIQUE = "UNIQUE INDEX ";

    NewIndex {
        requireNonNull(kind, "kind is null");
        requireNonNull(name, "name is null");
        requireNonNull(definition, "definition is null");
    }
}
