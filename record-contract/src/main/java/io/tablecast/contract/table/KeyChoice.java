// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.table;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which columns identify a row. The same structure always gives the same choice: the primary key, else the first
 * unique index by name that is neither partial nor built on expressions and whose key columns are all NOT NULL. A
 * subset of an index's columns is never a key.
 */
public sealed interface KeyChoice {

    /** The columns of the key, in key order; empty when there is none. */
    List<String> columns();

    /** Chooses among the indexes of a table. */
    static KeyChoice among(List<Column> columns, List<Index> indexes) {
        Set<String> notNull = columns.stream()
                .filter(column -> !column.nullable())
                .map(Column::name)
                .collect(Collectors.toSet());
        return indexes.stream()
                .filter(index -> index.kind() == Index.Kind.PRIMARY)
                .findFirst()
                .or(() -> indexes.stream()
                        .filter(index -> isUsable(index, notNull))
                        .min(Comparator.comparing(Index::name)))
                .<KeyChoice>map(index -> missingFrom(columns, index))
                .orElseGet(() -> new None(reason(indexes, notNull)));
    }

    /** Takes the columns that a user named, for views and for tables whose key the catalog does not show. */
    static KeyChoice named(List<Column> columns, List<String> keyColumns) {
        Set<String> known = columns.stream().map(Column::name).collect(Collectors.toSet());
        List<String> unknown =
                keyColumns.stream().filter(name -> !known.contains(name)).toList();
        if (!unknown.isEmpty()) {
            return new None("key.columns names " + quoted(unknown)
                    + ", which the table does not have, or which the list of" + " replicated columns leaves out");
        }
        if (new LinkedHashSet<>(keyColumns).size() != keyColumns.size()) {
            return new None("key.columns names a column twice");
        }
        return new Chosen(keyColumns, "key.columns");
    }

    private static KeyChoice missingFrom(List<Column> columns, Index index) {
        Set<String> known = columns.stream().map(Column::name).collect(Collectors.toSet());
        List<String> missing =
                index.columns().stream().filter(name -> !known.contains(name)).toList();
        if (!missing.isEmpty()) {
            return new None("the key \"" + index.name() + "\" needs " + quoted(missing)
                    + ", which the list of replicated columns leaves out");
        }
        return new Chosen(index.columns(), index.name());
    }

    private static boolean isUsable(Index index, Set<String> notNull) {
        return index.kind() == Index.Kind.UNIQUE
                && !index.partial()
                && !index.hasExpressions()
                && notNull.containsAll(index.columns());
    }

    private static String reason(List<Index> indexes, Set<String> notNull) {
        List<String> refusals = indexes.stream()
                .filter(Index::isUnique)
                .map(index -> "\"" + index.name() + "\" "
                        + (index.partial()
                                ? "is partial"
                                : index.hasExpressions()
                                        ? "is built on an expression"
                                        : "has nullable columns "
                                                + quoted(index.columns().stream()
                                                        .filter(name -> !notNull.contains(name))
                                                        .toList())))
                .toList();
        return refusals.isEmpty()
                ? "it has no primary key and no unique index"
                : "it has no primary key, and no unique index can serve: " + String.join(", ", refusals);
    }

    private static String quoted(List<String> names) {
        return names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
    }

    /**
     * A key was found.
     *
     * @param origin the index's name, or the setting that named the columns
     */
    record Chosen(List<String> columns, String origin) implements KeyChoice {
        public Chosen {
            columns = List.copyOf(columns);
        }
    }

    /**
     * There is none.
     *
     * @param reason why, as the second half of a sentence about the table
     */
    record None(String reason) implements KeyChoice {
        @Override
        public List<String> columns() {
            return List.of();
        }
    }
}
