// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks source and destination the same at the same time. */
record BothSides(ComparedSide source, ComparedSide destination) {

    <T> Answers<T> ask(Question<T> question) throws SQLException {
        CompletableFuture<T> ofSource = CompletableFuture.supplyAsync(() -> {
            try {
                return question.ask(source);
            } catch (SQLException e) {
                throw new CompletionException("At the source: " + e.getMessage(), e);
            }
        });
        T ofDestination;
        try {
            ofDestination = question.ask(destination);
        } catch (SQLException e) {
            SQLException named = new SQLException("At the destination: " + e.getMessage(), e.getSQLState(), e);
            ofSource.exceptionally(other -> null).join();
            throw named;
        }
        try {
            return new Answers<>(ofSource.join(), ofDestination);
        } catch (CompletionException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw new SQLException(e.getMessage(), cause.getSQLState(), cause);
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** What is asked. */
    interface Question<T> {
        T ask(ComparedSide side) throws SQLException;
    }

    /** What was answered. */
    record Answers<T>(T source, T destination) {}
}
