// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static java.util.Objects.requireNonNull;

/**
 * A PostgreSQL column as far as its values need it.
 *
 * @param name the column's name, for messages
 * @param nullable whether the column may hold SQL NULL
 */
public record TypedColumn(String name, PostgresType type, boolean nullable) {

    public TypedColumn {
        requireNonNull(name, "name is null");
        requireNonNull(type, "type is null");
    }

    TypedColumn withType(PostgresType other) {
        return new TypedColumn(name, other, nullable);
    }
}
