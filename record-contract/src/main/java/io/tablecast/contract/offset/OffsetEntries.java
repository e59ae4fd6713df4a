// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The entries of one offset map, and what is wrong with them. */
final class OffsetEntries {

    private static final Pattern PG_SNAPSHOT = Pattern.compile("\\d+:\\d+:(\\d+(,\\d+)*)?");

    private final Map<String, ?> map;
    private final List<String> faults = new ArrayList<>();
    private final Set<String> read = new TreeSet<>();

    OffsetEntries(Map<String, ?> map) {
        this.map = map;
    }

    boolean has(String key) {
        return map.containsKey(key);
    }

    boolean isFaultless() {
        return faults.isEmpty();
    }

    String text(String key) {
        read.add(key);
        if (map.get(key) instanceof String text) {
            return text;
        }
        fault(key, "a text");
        return "";
    }

    /** The text of a text or number. */
    String scalar(String key) {
        read.add(key);
        return String.valueOf(map.get(key));
    }

    long number(String key) {
        read.add(key);
        if (map.get(key) instanceof Number number && number.longValue() >= 0) {
            return number.longValue();
        }
        fault(key, "a number of at least 0");
        return 0;
    }

    Instant time(String key) {
        try {
            return Instant.parse(text(key));
        } catch (DateTimeParseException e) {
            fault(key, "a time such as 2026-01-31T12:00:00Z");
            return Instant.EPOCH;
        }
    }

    String snapshot(String key) {
        String text = text(key);
        if (!PG_SNAPSHOT.matcher(text).matches()) {
            fault(key, "a PostgreSQL snapshot such as 795:799:795,797");
        }
        return text;
    }

    String oneOf(String key, String... values) {
        String text = text(key);
        if (!List.of(values).contains(text)) {
            fault(key, "one of " + String.join(", ", values));
        }
        return text;
    }

    void expect(String key, String expected, String actual) {
        if (!expected.equals(actual)) {
            fault(key, expected);
        }
    }

    void fault(String key, String expected) {
        String fault = "\"" + key + "\" must be " + expected + ", but is " + map.get(key);
        if (!faults.contains(fault)) {
            faults.add(fault);
        }
    }

    void finish() {
        map.keySet().stream()
                .filter(key -> !read.contains(key))
                .forEach(key -> faults.add("\"" + key + "\" is not part of an offset in this state"));
        if (!faults.isEmpty()) {
            throw new InvalidOffset("Offset " + map + " cannot be used: " + String.join("; ", faults)
                    + ". Take a map from GET /connectors/<name>/offsets as a pattern, or delete the offset to copy"
                    + " the table again.");
        }
    }
}
