// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The rows of one side in SQL.
 *
 * @param hash the same on both sides
 * @param from the table with its alias
 * @param conditions that the rows meet, all of them; with a {@code ?} for each of the values
 * @param columns expressions of the compared columns, in the same order on both sides
 * @param key the key columns, none when rows are compared as a whole
 */
record SideQuery(
        TextHash hash,
        String from,
        List<String> conditions,
        List<String> values,
        List<String> columns,
        List<KeyColumn> key) {

    SideQuery {
        conditions = List.copyOf(conditions);
        values = List.copyOf(values);
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /**
     * A column of the key.
     *
     * @param name for people
     * @param expression in SQL
     * @param written the same value of the type that the destination has
     * @param type of the expression, as the server writes it
     */
    record KeyColumn(String name, String expression, String written, String type) {
        /** Where the types are the same. */
        KeyColumn(String name, String expression, String type) {
            this(name, expression, expression, type);
        }

        boolean isWholeNumber() {
            return type.equals("smallint") || type.equals("integer") || type.equals("bigint");
        }
    }

    String where() {
        return conditions.isEmpty()
                ? "true"
                : conditions.stream().map(condition -> "(" + condition + "\n)").collect(Collectors.joining(" AND "));
    }

    /** The whole row as text: NULL and the empty text differ in it, and every value ends where it ends. */
    String rowText() {
        return "ROW(" + String.join(", ", columns) + ")::text";
    }

    String mark() {
        return hash.of(rowText());
    }

    /** The key's values as one text array. */
    String keyTexts() {
        return key.isEmpty()
                ? "ARRAY[" + mark() + "::text]"
                : "ARRAY["
                        + key.stream()
                                .map(column -> column.written() + "::text")
                                .collect(Collectors.joining(", "))
                        + "]";
    }

    /** The number of a row's range. */
    String range(Ranges ranges) {
        if (ranges instanceof Ranges.OfNumbers numbers) {
            // Rows that came after the ends were looked up count to the first and last range.
            return "CASE WHEN %1$s IS NULL THEN %2$s ELSE ((least(greatest(%1$s::bigint, %3$s), %4$s) - (%3$s)) / %5$s)::integer END"
                    .formatted(
                            key.get(0).expression(),
                            Ranges.OF_NULLS,
                            numbers.least(),
                            numbers.greatest(),
                            numbers.width());
        }
        String hashed = key.isEmpty()
                ? mark()
                : hash.of("ROW("
                        + key.stream()
                                .map(column -> column.written() + "::text")
                                .collect(Collectors.joining(", "))
                        + ")::text");
        return "mod(" + hashed + " & 2147483647, " + ranges.count() + ")::integer";
    }

    /**
     * Joins the rows with wanted ones, whose key columns are arrays of text in parameters.
     *
     * @param nullable numbers of the key columns in which some wanted row has NULL
     */
    String wanted(Set<Integer> nullable) {
        String names = IntStream.range(0, key.size()).mapToObj(i -> "k" + i).collect(Collectors.joining(", "));
        String arrays =
                IntStream.range(0, key.size()).mapToObj(i -> "?::text[]").collect(Collectors.joining(", "));
        String matches = IntStream.range(0, key.size())
                .mapToObj(i -> key.get(i).expression()
                        // Only where it must be, because no index serves it.
                        + (nullable.contains(i) ? " IS NOT DISTINCT FROM" : " =")
                        + " wanted.k" + i + "::" + key.get(i).type())
                .collect(Collectors.joining(" AND "));
        return " JOIN unnest(" + arrays + ") AS wanted (" + names + ") ON " + matches;
    }
}
