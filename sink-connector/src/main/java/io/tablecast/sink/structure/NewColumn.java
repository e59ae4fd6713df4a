// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

/**
 * A column to be created.
 *
 * @param field the record's field that it takes; the column's name is that, fitted
 * @param type the type in the destination's SQL
 * @param isIdentity whether rows inserted by hand draw from a sequence
 * @param defaultLiteral what follows {@code DEFAULT}, empty for none
 * @param collation quoted and qualified, empty for the type's own
 * @param comment empty for none
 */
record NewColumn(
        String field,
        String type,
        boolean isNotNull,
        boolean isIdentity,
        String defaultLiteral,
        String collation,
        String comment) {

    NewColumn {
        requireNonNull(field, "field is null");
        requireNonNull(type, "type is null");
        requireNonNull(defaultLiteral, "defaultLiteral is null");
        requireNonNull(collation, "collation is null");
        requireNonNull(comment, "comment is null");
    }

    String name() {
        return Names.fit(field);
    }
}
