// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A condition, with the values of its parameters. Immutable. */
record Clause(String text, List<Value> values) {

    Clause {
        requireNonNull(text, "text is null");
        values = List.copyOf(values);
    }

    /** A condition without parameters. */
    static Clause of(String text) {
        return new Clause(text, List.of());
    }

    /** A condition that a user has written; empty when all rows meet it. */
    static Clause ofUser(String condition) {
        // A line of its own ends it, because it may end in a comment.
        return of(condition.isEmpty() ? "TRUE" : "(" + condition + "\n)");
    }

    /** A condition with one parameter. */
    static Clause of(String text, Value value) {
        return new Clause(text, List.of(value));
    }

    Clause and(Clause other) {
        return combined(" AND ", other);
    }

    Clause or(Clause other) {
        return combined(" OR ", other);
    }

    /** Sets the parameters of a query of which they are the first. */
    void bind(PreparedStatement query) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            values.get(i).bind(query, i + 1);
        }
    }

    private Clause combined(String word, Clause other) {
        List<Value> both = new ArrayList<>(values);
        both.addAll(other.values);
        return new Clause("(" + text + word + other.text + ")", both);
    }

    /** The value of one parameter. */
    @FunctionalInterface
    interface Value {
        void bind(PreparedStatement query, int parameter) throws SQLException;
    }
}
