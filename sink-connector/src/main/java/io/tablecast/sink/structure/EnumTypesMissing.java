// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.util.List;

/** Rows need enum types that have to be committed before them, see {@link EnumTypes#ensure}. */
public final class EnumTypesMissing extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient TableId table;
    private final transient List<EnumTypes.Needed> needed;

    public EnumTypesMissing(TableId table, List<EnumTypes.Needed> needed) {
        super("Rows of " + table + " need the enums " + needed);
        this.table = requireNonNull(table, "table is null");
        this.needed = List.copyOf(needed);
    }

    public TableId table() {
        return table;
    }

    public List<EnumTypes.Needed> needed() {
        return needed;
    }
}
