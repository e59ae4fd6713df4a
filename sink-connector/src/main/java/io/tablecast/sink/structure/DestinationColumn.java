// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.Identity;
import io.tablecast.contract.type.TypedColumn;

/**
 * A column of a destination table.
 *
 * @param typed name, type (of a domain: what it is made of) and whether it takes NULL
 * @param identity whether and how it draws its values from a sequence of its own
 * @param isGenerated whether it is computed from other columns; such a column cannot be written
 * @param hasDefault whether a row inserted without it gets something else than NULL
 */
public record DestinationColumn(TypedColumn typed, Identity identity, boolean isGenerated, boolean hasDefault) {

    public DestinationColumn {
        requireNonNull(typed, "typed is null");
        requireNonNull(identity, "identity is null");
    }

    public String name() {
        return typed.name();
    }

    /** Whether a row may leave it out. */
    public boolean isOptional() {
        return typed.nullable() || hasDefault || isGenerated || identity != Identity.NONE;
    }
}
