// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.table;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A table's name inside one database: schema (MySQL: database) and table, in exactly the spelling that the server's
 * catalog holds.
 */
public record TableId(String schema, String name) implements Comparable<TableId> {

    private static final Comparator<TableId> BY_NAME =
            Comparator.comparing(TableId::schema).thenComparing(TableId::name);

    public TableId {
        requireNonNull(schema, "schema is null");
        requireNonNull(name, "name is null");
    }

    /**
     * Reads {@code schema.table}; a part that contains a dot or a double quote stands in double quotes, with inner
     * quotes doubled. This is the inverse of {@link #toString()}.
     *
     * @throws IllegalArgumentException when the text does not have exactly two non-empty parts
     */
    public static TableId parse(String text) {
        List<String> parts = new ArrayList<>();
        int next = 0;
        while (next <= text.length()) {
            StringBuilder part = new StringBuilder();
            next = text.startsWith("\"", next) ? quotedPart(text, next, part) : plainPart(text, next, part);
            parts.add(part.toString());
            if (next < text.length() && text.charAt(next) != '.') {
                throw malformed(text);
            }
            next++;
        }
        if (parts.size() != 2 || parts.get(0).isEmpty() || parts.get(1).isEmpty()) {
            throw malformed(text);
        }
        return new TableId(parts.get(0), parts.get(1));
    }

    private static int plainPart(String text, int start, StringBuilder part) {
        int end = text.indexOf('.', start);
        int stop = end < 0 ? text.length() : end;
        part.append(text, start, stop);
        return stop;
    }

    private static int quotedPart(String text, int start, StringBuilder part) {
        int next = start + 1;
        while (next < text.length()) {
            char character = text.charAt(next);
            if (character != '"') {
                part.append(character);
                next++;
                continue;
            }
            if (!text.startsWith("\"\"", next)) {
                return next + 1;
            }
            part.append('"');
            next += 2;
        }
        throw malformed(text);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("Cannot read \"" + text
                + "\" as a table name: expected schema.table, each part that contains a dot in double quotes");
    }

    private static String part(String name) {
        return name.indexOf('.') < 0 && name.indexOf('"') < 0 ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public int compareTo(TableId other) {
        return BY_NAME.compare(this, other);
    }

    /** {@code schema.table}, as users write it in configurations; see {@link #parse(String)}. */
    @Override
    public String toString() {
        return part(schema) + '.' + part(name);
    }
}
