// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import io.tablecast.cli.compare.ComparedSide.Extent;
import io.tablecast.cli.compare.ComparedSide.RangeSum;
import io.tablecast.cli.compare.ComparedSide.RowKey;
import io.tablecast.cli.connect.Pause;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares two tables: their sizes, then checksums by range, then the rows of the ranges that differ, and these again
 * until writers and replication are out of the way. Used once.
 */
public final class TableComparison implements AutoCloseable {
    private static final long ROWS_AT_ONCE = 200_000;

    /** A range of so many rows is not one of many alike. */
    private static final long CROWD = Math.max(ROWS_AT_ONCE, 4L * Ranges.MOST_ROWS);

    private final BothSides sides;
    private final Allowance allowance;
    private final boolean isNumbered;
    private final List<String> remarks;
    private final Patience patience;

    private final List<Difference> differences = new ArrayList<>();
    private long differing;
    private long further;

    /** @param isNumbered whether the first key column holds whole numbers on both sides */
    TableComparison(BothSides sides, Allowance allowance, boolean isNumbered, List<String> remarks, Patience patience) {
        this.sides = sides;
        this.allowance = allowance;
        this.isNumbered = isNumbered;
        this.remarks = remarks;
        this.patience = patience;
    }

    /** Compares only the numbers of rows, and the least and greatest key, until they are the same or the time is up. */
    public Comparison compareSizes() throws SQLException {
        long begun = System.nanoTime();
        BothSides.Answers<Extent> extents = sides.ask(ComparedSide::extent);
        while (!isAlike(extents)
                && System.nanoTime() - begun < patience.settling().toNanos()) {
            Pause.of(patience.pause());
            extents = sides.ask(ComparedSide::extent);
        }
        boolean isAlike = isAlike(extents);
        differing = isAlike
                ? 0
                : Math.max(
                        1,
                        Math.abs(extents.source().rows() - extents.destination().rows()));
        return result(extents, isAlike);
    }

    private boolean isAlike(BothSides.Answers<Extent> extents) {
        if (allowance == Allowance.FURTHER_ROWS) {
            return extents.destination().rows() >= extents.source().rows();
        }
        return extents.source().equals(extents.destination());
    }

    /** Compares the rows. */
    public Comparison compare() throws SQLException {
        BothSides.Answers<Extent> extents = sides.ask(ComparedSide::extent);
        Ranges ranges = ranges(extents);
        Map<Integer, Long> unequal = unequal(ranges);
        if (ranges instanceof Ranges.OfNumbers numbers
                && unequal.values().stream().anyMatch(rows -> rows >= CROWD)) {
            // Keys that stand close together, with others far away, leave nearly all rows to one range.
            ranges = new Ranges.OfHashes(numbers.count());
            unequal = unequal(ranges);
        }
        List<Set<Integer>> parts = parts(unequal);
        boolean isComplete = true;
        for (Set<Integer> part : parts) {
            if (differing >= patience.suspects()) {
                isComplete = false;
                break;
            }
            comparePart(ranges, part);
        }
        // What was on its way at first has been waited for, and counts.
        return result(parts.isEmpty() ? extents : sides.ask(ComparedSide::extent), isComplete);
    }

    private Comparison result(BothSides.Answers<Extent> extents, boolean isComplete) {
        return new Comparison(
                extents.source().rows(),
                extents.destination().rows(),
                extents.source().least(),
                extents.source().greatest(),
                differences,
                differing,
                isComplete,
                further,
                remarks);
    }

    private Ranges ranges(BothSides.Answers<Extent> extents) {
        long rows = Math.max(extents.source().rows(), extents.destination().rows());
        if (!isNumbered || rows == 0) {
            return Ranges.of(rows, null, null);
        }
        List<BigInteger> ends = new ArrayList<>();
        for (Extent extent : List.of(extents.source(), extents.destination())) {
            if (extent.least() != null) {
                ends.add(new BigInteger(extent.least()));
                ends.add(new BigInteger(extent.greatest()));
            }
        }
        return Ranges.of(
                rows,
                ends.stream().min(BigInteger::compareTo).orElse(null),
                ends.stream().max(BigInteger::compareTo).orElse(null));
    }

    /** The ranges that differ, with the rows of the larger side. */
    private Map<Integer, Long> unequal(Ranges ranges) throws SQLException {
        BothSides.Answers<Map<Integer, RangeSum>> sums = sides.ask(side -> side.sums(ranges));
        Set<Integer> all = new TreeSet<>(sums.source().keySet());
        all.addAll(sums.destination().keySet());
        Map<Integer, Long> unequal = new LinkedHashMap<>();
        for (Integer range : all) {
            RangeSum source = sums.source().get(range);
            RangeSum destination = sums.destination().get(range);
            if (!Objects.equals(source, destination)) {
                unequal.put(
                        range,
                        Math.max(source == null ? 0 : source.rows(), destination == null ? 0 : destination.rows()));
            }
        }
        return unequal;
    }

    /** Ranges in parts whose rows fit into memory. */
    private static List<Set<Integer>> parts(Map<Integer, Long> ranges) {
        List<Set<Integer>> parts = new ArrayList<>();
        Set<Integer> part = new HashSet<>();
        long rows = 0;
        for (Map.Entry<Integer, Long> range : ranges.entrySet()) {
            part.add(range.getKey());
            rows += range.getValue();
            if (rows >= ROWS_AT_ONCE) {
                parts.add(part);
                part = new HashSet<>();
                rows = 0;
            }
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }

    private void comparePart(Ranges ranges, Set<Integer> part) throws SQLException {
        BothSides.Answers<Map<RowKey, String>> marks = sides.ask(side -> side.marks(ranges, part));
        Suspects suspects = new Suspects(sides, allowance, patience);
        Set<RowKey> keys = new HashSet<>(marks.source().keySet());
        keys.addAll(marks.destination().keySet());
        for (RowKey key : keys) {
            suspects.add(key, marks.source().get(key), marks.destination().get(key));
        }
        Map<RowKey, Suspects.Row> different = suspects.settle();
        further += suspects.further();
        differing += different.size();
        tell(different);
    }

    private void tell(Map<RowKey, Suspects.Row> different) throws SQLException {
        List<RowKey> told = different.keySet().stream()
                .limit(Math.max(0, patience.shown() - differences.size()))
                .toList();
        if (told.isEmpty()) {
            return;
        }
        Map<RowKey, String> atSource = sides.source().texts(told);
        Map<RowKey, String> atDestination = sides.destination().texts(told);
        for (RowKey key : told) {
            Suspects.Row row = different.get(key);
            Map<RowKey, String> nearest = row.isAtSource() ? atSource : atDestination;
            String text = nearest.getOrDefault(key, String.join(", ", key.values()));
            differences.add(row.difference(text));
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            sides.source().close();
        } finally {
            sides.destination().close();
        }
    }
}
