// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of a PostgreSQL server. Rows are compared by their text form, which a session of fixed settings writes alike on
 * every server.
 */
final class PostgresSide implements ComparedSide {
    private static final int FETCH = 10_000;

    private final Connection connection;
    private final SideQuery query;

    /** @param connection is closed with the side */
    PostgresSide(Connection connection, SideQuery query) throws SQLException {
        this.connection = connection;
        this.query = query;
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String setting : List.of(
                    "TimeZone = 'UTC'",
                    "DateStyle = 'ISO'",
                    "IntervalStyle = 'postgres'",
                    "bytea_output = 'hex'",
                    "lc_monetary = 'C'",
                    "extra_float_digits = 1",
                    // Generic plans know nothing of how many keys are asked for.
                    "plan_cache_mode = 'force_custom_plan'")) {
                statement.execute("SET " + setting);
            }
        }
        connection.commit();
    }

    @Override
    public Extent extent() throws SQLException {
        String first = query.key().isEmpty()
                ? "NULL::text, NULL::text"
                : "min(%1$s)::text, max(%1$s)::text"
                        .formatted(comparable(query.key().get(0)));
        return ask(
                "SELECT count(*), " + first + " FROM " + query.from() + " WHERE " + query.where(), List.of(), rows -> {
                    rows.next();
                    return new Extent(rows.getLong(1), rows.getString(2), rows.getString(3));
                });
    }

    /** Types such as uuid have no least value on every version; of texts the order would be the collation's. */
    private static String comparable(SideQuery.KeyColumn column) {
        boolean isOrdered = column.isWholeNumber()
                || column.type().startsWith("timestamp")
                || column.type().startsWith("numeric")
                || column.type().equals("date");
        return isOrdered ? column.written() : column.written() + "::text COLLATE \"C\"";
    }

    @Override
    public Map<Integer, RangeSum> sums(Ranges ranges) throws SQLException {
        String sql = "SELECT " + query.range(ranges) + ", count(*), sum(" + query.mark() + ")::text FROM "
                + query.from() + " WHERE " + query.where() + " GROUP BY 1";
        return ask(sql, List.of(), rows -> {
            Map<Integer, RangeSum> sums = new HashMap<>();
            while (rows.next()) {
                sums.put(rows.getInt(1), new RangeSum(rows.getLong(2), rows.getString(3)));
            }
            return sums;
        });
    }

    @Override
    public Map<RowKey, String> marks(Ranges ranges, Set<Integer> wanted) throws SQLException {
        String numbers = wanted.stream().sorted().map(String::valueOf).collect(Collectors.joining(", "));
        String sql = "SELECT " + query.keyTexts() + ", " + value() + " FROM " + query.from() + " WHERE "
                + query.where() + " AND " + query.range(ranges) + " IN (" + numbers + ")" + between(ranges, wanted)
                + grouping();
        return ask(sql, List.of(), PostgresSide::marks);
    }

    /** Lets an index find the ranges, where they are near each other. */
    private String between(Ranges ranges, Set<Integer> wanted) {
        if (!(ranges instanceof Ranges.OfNumbers numbers) || wanted.contains(Ranges.OF_NULLS)) {
            return "";
        }
        TreeMap<Integer, Integer> sorted = new TreeMap<>();
        wanted.forEach(range -> sorted.put(range, range));
        String column = query.key().get(0).expression();
        int first = sorted.firstKey();
        int last = sorted.lastKey();
        // The first and the last range have no ends: see SideQuery.
        return (first == 0 ? "" : " AND " + column + " >= " + numbers.start(first))
                + (last == numbers.count() - 1 ? "" : " AND " + column + " < " + numbers.start(last + 1));
    }

    @Override
    public Map<RowKey, String> marks(Collection<RowKey> keys) throws SQLException {
        if (keys.isEmpty()) {
            return Map.of();
        }
        if (query.key().isEmpty()) {
            String sql = "SELECT " + query.keyTexts() + ", " + value() + " FROM " + query.from() + " WHERE "
                    + query.where() + " AND " + query.mark() + "::text = ANY (?::text[])" + grouping();
            return ask(sql, List.of(column(keys, 0)), PostgresSide::marks);
        }
        String sql = "SELECT " + query.keyTexts() + ", " + value() + " FROM " + query.from()
                + query.wanted(nullable(keys)) + " WHERE " + query.where();
        return ask(sql, columns(keys), PostgresSide::marks);
    }

    @Override
    public Map<RowKey, String> texts(Collection<RowKey> keys) throws SQLException {
        Map<RowKey, String> texts = new HashMap<>();
        if (!query.key().isEmpty()) {
            List<String> names =
                    query.key().stream().map(SideQuery.KeyColumn::name).toList();
            keys.forEach(key -> texts.put(key, key.text(names)));
            return texts;
        }
        String sql = "SELECT DISTINCT " + query.keyTexts() + ", " + query.rowText() + " FROM " + query.from()
                + " WHERE " + query.where() + " AND " + query.mark() + "::text = ANY (?::text[])";
        return ask(sql, List.of(column(keys, 0)), rows -> {
            while (rows.next()) {
                texts.putIfAbsent(key(rows), rows.getString(2));
            }
            return texts;
        });
    }

    @Override
    public boolean countsRows() {
        return query.key().isEmpty();
    }

    /** With a key the row's mark; without one, how often there is such a row. */
    private String value() {
        return query.key().isEmpty() ? "count(*)::text" : query.mark() + "::text";
    }

    private String grouping() {
        return query.key().isEmpty() ? " GROUP BY 1" : "";
    }

    private static Map<RowKey, String> marks(ResultSet rows) throws SQLException {
        KeyMarks marks = new KeyMarks();
        while (rows.next()) {
            marks.add(key(rows), rows.getString(2));
        }
        return marks.toMap();
    }

    private static RowKey key(ResultSet rows) throws SQLException {
        return new RowKey(Arrays.asList((String[]) rows.getArray(1).getArray()));
    }

    private static Set<Integer> nullable(Collection<RowKey> keys) {
        return keys.stream()
                .flatMapToInt(key -> IntStream.range(0, key.values().size())
                        .filter(i -> key.values().get(i) == null))
                .boxed()
                .collect(Collectors.toSet());
    }

    private static List<List<String>> columns(Collection<RowKey> keys) {
        int count = keys.iterator().next().values().size();
        return IntStream.range(0, count).mapToObj(i -> column(keys, i)).toList();
    }

    private static List<String> column(Collection<RowKey> keys, int number) {
        // Some are NULL, which toList takes.
        return keys.stream().map(key -> key.values().get(number)).toList();
    }

    /** Arrays are parameters before or behind those of the condition, as the text has them. */
    private <T> T ask(String sql, List<List<String>> arrays, Reading<T> reading) throws SQLException {
        boolean arraysFirst = sql.contains(" JOIN unnest(");
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(FETCH);
            int next = 1;
            if (arraysFirst) {
                next = setArrays(statement, next, arrays);
            }
            for (String value : query.values()) {
                statement.setString(next++, value);
            }
            if (!arraysFirst) {
                setArrays(statement, next, arrays);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return reading.read(rows);
            }
        } finally {
            // Each question sees the table anew, and none keeps old rows from being vacuumed.
            connection.rollback();
        }
    }

    private int setArrays(PreparedStatement statement, int first, List<List<String>> arrays) throws SQLException {
        int next = first;
        for (List<String> array : arrays) {
            statement.setArray(next++, connection.createArrayOf("text", array.toArray()));
        }
        return next;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** Reads a result. */
    private interface Reading<T> {
        T read(ResultSet rows) throws SQLException;
    }
}
