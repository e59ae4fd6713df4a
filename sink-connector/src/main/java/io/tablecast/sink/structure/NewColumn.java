// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

/**
 * A column to be created.
 *
 * @param field the source's column whose values it takes
 * @param name the column's own name: the source's in the case and length that names have here
 * @param type the type in the destination's SQL
 * @param numbering where rows inserted by hand get their value
 * @param defaultLiteral what follows {@code DEFAULT}, empty for none
 * @param collation quoted and qualified, empty for the type's own
 * @param comment empty for none
 */
record NewColumn(
        String field,
        String name,
        String type,
        boolean isNotNull,
        Numbering numbering,
        String defaultLiteral,
        String collation,
        String comment) {

    NewColumn {
        requireNonNull(field, "field is null");
        requireNonNull(name, "name is null");
        requireNonNull(type, "type is null");
        requireNonNull(numbering, "numbering is null");
        requireNonNull(defaultLiteral, "defaultLiteral is null");
        requireNonNull(collation, "collation is null");
        requireNonNull(comment, "comment is null");
    }
}
