// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

/**
 * A secondary index to be created, unique or not at the source, plain here.
 *
 * @param definition what follows the table's name in {@code CREATE INDEX}
 */
record NewIndex(String name, String definition) {
    NewIndex {
        requireNonNull(name, "name is null");
        requireNonNull(definition, "definition is null");
    }
}
