// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.table;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A column as the source's catalog describes it. Texts that do not apply are empty, never null.
 *
 * @param type the exact type as the source writes it, for example {@code numeric(12,2)} or {@code bigint unsigned}
 * @param defaultExpression the default in the source's SQL
 * @param generatedExpression the expression of a stored or virtual generated column
 * @param collation the collation where it differs from the type's own
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Column(
        String name,
        String type,
        boolean nullable,
        String defaultExpression,
        Identity identity,
        String generatedExpression,
        String collation,
        String comment) {

    public Column {
        requireNonNull(name, "name is null");
        requireNonNull(type, "type is null");
        defaultExpression = orEmpty(defaultExpression);
        identity = identity == null ? Identity.NONE : identity;
        generatedExpression = orEmpty(generatedExpression);
        collation = orEmpty(collation);
        comment = orEmpty(comment);
    }

    /** A column of which only name, type and nullability are known. */
    public static Column of(String name, String type, Nullability nullability) {
        return new Column(name, type, nullability == Nullability.NULLABLE, "", Identity.NONE, "", "", "");
    }

    // Absent texts of the JSON form arrive as null.
    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    /** Whether a column takes NULL. */
    public enum Nullability {
        NULLABLE,
        NOT_NULL
    }
}
