// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import io.tablecast.contract.table.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Which tables are captured: {@code table.include.list} and {@code table.exclude.list}. */
public record TableFilter(List<Pattern> included, List<Pattern> excluded) {

    public TableFilter {
        included = List.copyOf(included);
        excluded = List.copyOf(excluded);
    }

    /** Includes all tables. */
    public static TableFilter everything() {
        return new TableFilter(List.of(Pattern.compile(".*", Pattern.DOTALL)), List.of());
    }

    /** Whether the name {@code schema.table} matches an included expression and no excluded one. */
    public boolean includes(TableId table) {
        String name = table.schema() + "." + table.name();
        return matches(included, name) && !matches(excluded, name);
    }

    /**
     * Reads a comma-separated list. Commas inside brackets, braces and parentheses, and after a backslash, belong to
     * the expression.
     *
     * @throws java.util.regex.PatternSyntaxException when one is not a regular expression
     */
    static List<Pattern> parse(String list) {
        List<Pattern> patterns = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < list.length(); i++) {
            char character = list.charAt(i);
            if (character == '\\' && i + 1 < list.length()) {
                current.append(character).append(list.charAt(++i));
                continue;
            }
            if ("([{".indexOf(character) >= 0) {
                depth++;
            }
            if (")]}".indexOf(character) >= 0) {
                depth--;
            }
            if (character == ',' && depth <= 0) {
                add(patterns, current);
                continue;
            }
            current.append(character);
        }
        add(patterns, current);
        return patterns;
    }

    private static void add(List<Pattern> patterns, StringBuilder expression) {
        String text = expression.toString().strip();
        if (!text.isEmpty()) {
            patterns.add(Pattern.compile(text));
        }
        expression.setLength(0);
    }

    private static boolean matches(List<Pattern> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }
}
