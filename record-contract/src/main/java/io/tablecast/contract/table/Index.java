// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.table;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * A valid index of a source table.
 *
 * @param columns the plain key columns in index order; INCLUDE columns and expressions are not among them
 * @param usedColumns every column that the index needs: key, INCLUDE, expressions and predicate
 * @param definition what follows the table's name in {@code CREATE INDEX}, in PostgreSQL's syntax, for example
 *     {@code USING btree (lower(email)) WHERE active}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Index(
        String name,
        Kind kind,
        boolean partial,
        boolean hasExpressions,
        List<String> columns,
        List<String> usedColumns,
        String definition) {

    public Index {
        requireNonNull(name, "name is null");
        requireNonNull(kind, "kind is null");
        columns = columns == null ? List.of() : List.copyOf(columns);
        usedColumns = usedColumns == null ? List.of() : List.copyOf(usedColumns);
        definition = definition == null ? "" : definition;
    }

    @JsonIgnore
    public boolean isUnique() {
        return kind != Kind.PLAIN;
    }

    /** What an index enforces. */
    public enum Kind {
        PRIMARY,
        UNIQUE,
        PLAIN
    }
}
