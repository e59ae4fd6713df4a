// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import java.util.Set;

/**
 * What a connector has written to a table before; columns beside are somebody else's and left alone.
 *
 * @param known by the source's names
 * @param required those of them that had a value in every row
 */
public record WrittenColumns(Set<String> known, Set<String> required) {

    public static final WrittenColumns NONE = new WrittenColumns(Set.of(), Set.of());

    public WrittenColumns {
        known = Set.copyOf(known);
        required = Set.copyOf(required);
    }
}
