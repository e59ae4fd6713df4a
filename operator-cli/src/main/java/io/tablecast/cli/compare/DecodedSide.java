// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import io.tablecast.source.postgres.Hashes;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Struct;

/**
 * A table whose rows are compared by what they say, because the two servers write values differently. Rows come here to be
 * marked; of those only marks are kept.
 */
final class DecodedSide implements ComparedSide {

    /** Up to so many rows are asked for by their keys; more by a look at all. */
    private static final int FEW = 1_000;

    private final DecodedRows rows;
    private final List<DecodedColumn> columns;
    private final List<DecodedColumn> key;

    /** @param key none when rows are compared as a whole */
    DecodedSide(DecodedRows rows, List<DecodedColumn> columns, List<DecodedColumn> key) {
        this.rows = rows;
        this.columns = List.copyOf(columns);
        this.key = List.copyOf(key);
    }

    @Override
    public Extent extent() throws SQLException {
        boolean isNumbered = !key.isEmpty() && key.get(0).isWholeNumber();
        long[] count = new long[1];
        BigInteger[] ends = new BigInteger[2];
        rows.read(SoughtRows.ALL, row -> {
            count[0]++;
            if (isNumbered && !isFirstKeyNull(row)) {
                BigInteger value = BigInteger.valueOf(firstKey(row));
                ends[0] = ends[0] == null ? value : ends[0].min(value);
                ends[1] = ends[1] == null ? value : ends[1].max(value);
            }
        });
        return new Extent(
                count[0], ends[0] == null ? null : ends[0].toString(), ends[1] == null ? null : ends[1].toString());
    }

    @Override
    public Map<Integer, RangeSum> sums(Ranges ranges) throws SQLException {
        Map<Integer, long[]> sums = new HashMap<>();
        rows.read(SoughtRows.ALL, row -> {
            long[] sum = sums.computeIfAbsent(range(ranges, row), range -> new long[2]);
            sum[0]++;
            sum[1] += mark(row);
        });
        Map<Integer, RangeSum> texts = new HashMap<>();
        sums.forEach((range, sum) -> texts.put(range, new RangeSum(sum[0], Long.toString(sum[1]))));
        return texts;
    }

    @Override
    public Map<RowKey, String> marks(Ranges ranges, Set<Integer> wanted) throws SQLException {
        return marks(handler -> rows.read(SoughtRows.ALL, row -> {
            if (wanted.contains(range(ranges, row))) {
                handler.accept(row);
            }
        }));
    }

    @Override
    public Map<RowKey, String> marks(Collection<RowKey> keys) throws SQLException {
        return marks(handler -> each(keys, handler));
    }

    private Map<RowKey, String> marks(Reading reading) throws SQLException {
        if (countsRows()) {
            Map<RowKey, Long> counts = new HashMap<>();
            reading.read(row -> counts.merge(keyOf(row), 1L, Long::sum));
            Map<RowKey, String> texts = new HashMap<>();
            counts.forEach((key, count) -> texts.put(key, Long.toString(count)));
            return texts;
        }
        KeyMarks marks = new KeyMarks();
        reading.read(row -> marks.add(keyOf(row), Long.toString(mark(row))));
        return marks.toMap();
    }

    @Override
    public Map<RowKey, String> texts(Collection<RowKey> keys) throws SQLException {
        Map<RowKey, String> texts = new HashMap<>();
        if (countsRows()) {
            each(
                    keys,
                    row -> texts.put(
                            keyOf(row),
                            "("
                                    + columns.stream()
                                            .map(column -> String.valueOf(column.text(row)))
                                            .collect(Collectors.joining(","))
                                    + ")"));
            return texts;
        }
        List<String> names = key.stream().map(DecodedColumn::name).toList();
        keys.forEach(wanted -> texts.put(wanted, wanted.text(names)));
        return texts;
    }

    @Override
    public boolean countsRows() {
        return key.isEmpty();
    }

    @Override
    public void close() throws SQLException {
        rows.close();
    }

    /** Hands on those of the rows that are there. */
    private void each(Collection<RowKey> keys, Consumer<Struct> handler) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        Set<RowKey> wanted = new HashSet<>(keys);
        rows.read(sought(wanted), row -> {
            if (wanted.contains(keyOf(row))) {
                handler.accept(row);
            }
        });
    }

    private SoughtRows sought(Set<RowKey> wanted) {
        List<Integer> numbers = IntStream.range(0, key.size())
                .filter(i -> key.get(i).isSought())
                .boxed()
                .toList();
        if (numbers.isEmpty() || wanted.size() > FEW) {
            return SoughtRows.ALL;
        }
        return new SoughtRows(
                numbers.stream().map(i -> key.get(i).field().name()).toList(),
                wanted.stream()
                        .map(row -> numbers.stream()
                                .map(i -> key.get(i).sought(row.values().get(i)))
                                .toList())
                        .toList());
    }

    private RowKey keyOf(Struct row) {
        return new RowKey(
                key.isEmpty()
                        ? List.of(Long.toString(mark(row)))
                        : key.stream().map(column -> column.text(row)).toList());
    }

    private int range(Ranges ranges, Struct row) {
        if (ranges instanceof Ranges.OfNumbers numbers) {
            if (isFirstKeyNull(row)) {
                return Ranges.OF_NULLS;
            }
            return (int) Math.floorDiv(firstKey(row) - numbers.least(), numbers.width());
        }
        long hash = key.isEmpty()
                ? mark(row)
                : Hashes.number(String.join("\0", keyOf(row).values()));
        return (int) Math.floorMod(hash, (long) ranges.count());
    }

    private boolean isFirstKeyNull(Struct row) {
        return row.get(key.get(0).field()) == null;
    }

    private long firstKey(Struct row) {
        return ((Number) row.get(key.get(0).field())).longValue();
    }

    private long mark(Struct row) {
        return Hashes.number(columns.stream().map(column -> column.part(row)).collect(Collectors.joining()));
    }

    /** Hands rows to somebody. */
    private interface Reading {
        void read(Consumer<Struct> handler) throws SQLException;
    }
}
