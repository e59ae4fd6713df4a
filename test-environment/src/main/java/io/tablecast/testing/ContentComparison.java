// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.pollinterval.PollInterval;

/**
 * Proves that two queries return the same columns and the same rows, each as often, by comparing every value in its
 * text form.
 *
 * @param differences the first differences in a readable form; empty if the contents are equal
 */
public record ContentComparison(
        TableContents source,
        TableContents destination,
        long sourceRows,
        long destinationRows,
        List<String> differences) {
    private static final int MOST_DIFFERENCES = 20;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);

    public ContentComparison {
        differences = List.copyOf(differences);
    }

    /**
     * Compares once.
     *
     * @throws IllegalStateException if one of the queries fails
     */
    public static ContentComparison of(TableContents source, TableContents destination) {
        try (TableContents.Cursor left = source.open();
                TableContents.Cursor right = destination.open()) {
            List<String> differences =
                    left.columns().equals(right.columns()) ? differences(left, right) : columnDifference(left, right);
            return new ContentComparison(source, destination, left.count(), right.count(), differences);
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "Cannot compare " + source + " with " + destination + ": " + e.getMessage(), e);
        }
    }

    /**
     * Compares until the contents are equal; a destination table that is not there yet is a difference like others.
     *
     * @throws AssertionError with the last differences if they are not equal within the timeout
     */
    public static ContentComparison awaitEqual(Duration timeout, TableContents source, TableContents destination) {
        AtomicReference<ContentComparison> last = new AtomicReference<>();
        AtomicReference<Duration> took = new AtomicReference<>(Duration.ZERO);
        // A pause as long as the look, so that those who are waited for have the machine for themselves half the time.
        PollInterval pause = (count, before) -> Collections.max(List.of(SHORTEST_PAUSE, took.get()));
        Conditions.await(timeout, pause, () -> last.get().toString(), () -> {
            long start = System.nanoTime();
            last.set(ofUnfinished(source, destination));
            took.set(Duration.ofNanos(System.nanoTime() - start));
            return last.get().isEqual();
        });
        return last.get();
    }

    public boolean isEqual() {
        return differences.isEmpty();
    }

    /** Fails with the differences if there are any. */
    public void requireEqual() {
        if (!isEqual()) {
            throw new AssertionError(toString());
        }
    }

    @Override
    public String toString() {
        String rows = " (" + sourceRows + " rows) and " + destination + " (" + destinationRows + " rows)";
        if (isEqual()) {
            return source + rows + " are equal";
        }
        return source + rows + " differ:\n  " + String.join("\n  ", differences);
    }

    private static ContentComparison ofUnfinished(TableContents source, TableContents destination) {
        try {
            return of(source, destination);
        } catch (IllegalStateException e) {
            return notThereYet(e)
                    .map(what -> new ContentComparison(source, destination, 0, 0, List.of(what)))
                    .orElseThrow(() -> e);
        }
    }

    /** Schema, table or column is absent: https://www.postgresql.org/docs/current/errcodes-appendix.html */
    private static Optional<String> notThereYet(IllegalStateException failure) {
        return Optional.ofNullable(failure.getCause())
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast)
                .filter(cause -> List.of("3F000", "42P01", "42703").contains(cause.getSQLState()))
                .map(SQLException::getMessage);
    }

    private static List<String> columnDifference(TableContents.Cursor left, TableContents.Cursor right) {
        return List.of("columns of the source: " + left.columns(), "columns of the destination: " + right.columns());
    }

    /** Walks over both sorted sides at once. */
    private static List<String> differences(TableContents.Cursor left, TableContents.Cursor right) throws SQLException {
        List<String> first = new ArrayList<>();
        long total = 0;
        boolean inLeft = left.next();
        boolean inRight = right.next();
        while (inLeft || inRight) {
            int order = order(inLeft, left, inRight, right);
            if (order != 0 && total++ < MOST_DIFFERENCES) {
                first.add(
                        order < 0
                                ? "only in the source:      " + left.row()
                                : "only in the destination: " + right.row());
            }
            inLeft = order <= 0 ? left.next() : inLeft;
            inRight = order >= 0 ? right.next() : inRight;
        }
        return readable(left.columns(), first, total);
    }

    private static int order(boolean inLeft, TableContents.Cursor left, boolean inRight, TableContents.Cursor right)
            throws SQLException {
        if (!inLeft) {
            return 1;
        }
        if (!inRight) {
            return -1;
        }
        // As PostgreSQL's collation "C" orders; the order of Java's strings differs beyond the basic plane.
        return Arrays.compareUnsigned(
                left.row().getBytes(StandardCharsets.UTF_8), right.row().getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> readable(List<String> columns, List<String> first, long total) {
        if (first.isEmpty()) {
            return first;
        }
        List<String> shown = new ArrayList<>(first);
        shown.add(0, "columns:                 " + columns);
        if (total > first.size()) {
            shown.add("and " + (total - first.size()) + " more");
        }
        return shown;
    }
}
