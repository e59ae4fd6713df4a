// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A set of MySQL's transactions, such as {@code 3e11fa47-...:1-5:7,4f22ab58-...:1-2:backup:3}: of each server, and of each
 * of its tags, some ranges of numbers. Immutable.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/9.7/en/replication-gtids-concepts.html">GTID format and storage</a>
 */
public final class GtidSet {

    private final Map<String, List<Range>> ranges;

    private GtidSet(Map<String, List<Range>> ranges) {
        this.ranges = ranges;
    }

    /** @throws IllegalArgumentException when the text is no set */
    public static GtidSet parse(String text) {
        Map<String, List<Range>> ranges = new TreeMap<>();
        for (String ofServer : text.replaceAll("\\s", "").split(",", -1)) {
            if (ofServer.isEmpty()) {
                continue;
            }
            String[] parts = ofServer.split(":", -1);
            String origin = parts[0].toLowerCase(Locale.ROOT);
            if (parts.length < 2) {
                throw new IllegalArgumentException("Not a set of GTIDs: " + text);
            }
            for (int i = 1; i < parts.length; i++) {
                if (Character.isDigit(parts[i].isEmpty() ? 'x' : parts[i].charAt(0))) {
                    add(ranges, origin, Range.parse(parts[i], text));
                } else {
                    origin = parts[0].toLowerCase(Locale.ROOT) + ":" + parts[i];
                }
            }
        }
        return new GtidSet(ranges);
    }

    /** Whether a transaction is in the set; its name ends in its number. */
    public boolean contains(String gtid) {
        int last = gtid.lastIndexOf(':');
        long number = Long.parseLong(gtid.substring(last + 1));
        for (Range range : ranges.getOrDefault(gtid.substring(0, last).toLowerCase(Locale.ROOT), List.of())) {
            if (range.first() <= number && number <= range.last()) {
                return true;
            }
        }
        return false;
    }

    /** Whether all of the other set is in this one. */
    public boolean containsAll(GtidSet other) {
        return other.ranges.entrySet().stream()
                .allMatch(entry -> entry.getValue().stream()
                        .allMatch(wanted -> ranges.getOrDefault(entry.getKey(), List.of()).stream()
                                .anyMatch(range -> range.first() <= wanted.first() && wanted.last() <= range.last())));
    }

    /** The set with one more transaction. */
    public GtidSet plus(String gtid) {
        int last = gtid.lastIndexOf(':');
        long number = Long.parseLong(gtid.substring(last + 1));
        Map<String, List<Range>> more = new TreeMap<>(ranges);
        add(more, gtid.substring(0, last).toLowerCase(Locale.ROOT), new Range(number, number));
        return new GtidSet(more);
    }

    /** What both sets have. */
    public GtidSet intersection(GtidSet other) {
        Map<String, List<Range>> common = new TreeMap<>();
        ranges.forEach((origin, mine) -> {
            for (Range one : mine) {
                for (Range two : other.ranges.getOrDefault(origin, List.of())) {
                    long first = Math.max(one.first(), two.first());
                    long last = Math.min(one.last(), two.last());
                    if (first <= last) {
                        add(common, origin, new Range(first, last));
                    }
                }
            }
        });
        return new GtidSet(common);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GtidSet set && ranges.equals(set.ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    /** As MySQL writes it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        ranges.forEach((origin, list) -> {
            text.append(text.isEmpty() ? "" : ",").append(origin);
            list.forEach(range -> text.append(':').append(range));
        });
        return text.toString();
    }

    /** Adds a range; lists stay sorted, and ranges that touch become one. */
    private static void add(Map<String, List<Range>> ranges, String origin, Range added) {
        List<Range> merged = new ArrayList<>();
        Range rest = added;
        boolean isPlaced = false;
        for (Range range : ranges.getOrDefault(origin, List.of())) {
            if (range.last() + 1 < rest.first()) {
                merged.add(range);
            } else if (rest.last() + 1 < range.first()) {
                if (!isPlaced) {
                    merged.add(rest);
                    isPlaced = true;
                }
                merged.add(range);
            } else {
                rest = new Range(Math.min(rest.first(), range.first()), Math.max(rest.last(), range.last()));
            }
        }
        if (!isPlaced) {
            merged.add(rest);
        }
        ranges.put(origin, List.copyOf(merged));
    }

    private record Range(long first, long last) {
        static Range parse(String text, String set) {
            try {
                int dash = text.indexOf('-');
                long first = Long.parseLong(dash < 0 ? text : text.substring(0, dash));
                return new Range(first, dash < 0 ? first : Long.parseLong(text.substring(dash + 1)));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("Not a set of GTIDs: " + set, e);
            }
        }

        @Override
        public String toString() {
            return first == last ? Long.toString(first) : first + "-" + last;
        }
    }
}
