// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One of two tables that are compared. Marks of equal rows are equal on both sides; those of different rows almost
 * certainly are not (64 bits). Each method sees the table at its own moment. For use by one thread at a time.
 */
interface ComparedSide extends AutoCloseable {

    /** How many rows there are, and the least and greatest value of the first key column. */
    Extent extent() throws SQLException;

    /** The checksum of each range that has rows. */
    Map<Integer, RangeSum> sums(Ranges ranges) throws SQLException;

    /** The mark of each row in some of the ranges, by its key. */
    Map<RowKey, String> marks(Ranges ranges, Set<Integer> wanted) throws SQLException;

    /** The marks of those of the rows that are there. */
    Map<RowKey, String> marks(Collection<RowKey> keys) throws SQLException;

    /** What a person recognises the rows by. */
    Map<RowKey, String> texts(Collection<RowKey> keys) throws SQLException;

    /** Whether there is no key: the key of a row is its mark then, and its value how many such rows there are. */
    boolean countsRows();

    @Override
    void close() throws SQLException;

    /**
     * The size of a table.
     *
     * @param least as text, null when there is no row or no key
     */
    record Extent(long rows, String least, String greatest) {}

    /**
     * A checksum.
     *
     * @param sum of all marks
     */
    record RangeSum(long rows, String sum) {}

    /**
     * Identifies a row.
     *
     * @param values of the key columns as text, null for NULL; of a table without key the row's mark
     */
    record RowKey(List<String> values) implements Comparable<RowKey> {
        private static final Comparator<String> NULLS_FIRST = Comparator.nullsFirst(Comparator.naturalOrder());

        public RowKey {
            values = Collections.unmodifiableList(new ArrayList<>(values));
        }

        /** What people recognise it by. */
        String text(List<String> names) {
            return IntStream.range(0, values.size())
                    .mapToObj(i -> names.get(i) + "=" + (values.get(i) == null ? "NULL" : values.get(i)))
                    .collect(Collectors.joining(", "));
        }

        @Override
        public int compareTo(RowKey other) {
            for (int i = 0; i < Math.min(values.size(), other.values.size()); i++) {
                int order = NULLS_FIRST.compare(values.get(i), other.values.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(values.size(), other.values.size());
        }
    }
}
