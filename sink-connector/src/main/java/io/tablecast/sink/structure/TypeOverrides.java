// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.type.DestinationTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The setting {@code type.overrides}: types of created columns in place of the usual ones.
 *
 * @param byColumn column of the source to type
 * @param byType type of the source, with or without its arguments, to type
 */
public record TypeOverrides(Map<String, String> byColumn, Map<String, String> byType) {

    public static final TypeOverrides NONE = new TypeOverrides(Map.of(), Map.of());

    private static final String COLUMN = "column ";
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final Pattern AROUND_COMMAS = Pattern.compile(" ?([,()]) ?");

    public TypeOverrides {
        byColumn = Map.copyOf(byColumn);
        byType = Map.copyOf(byType);
    }

    /**
     * Reads {@code from:to, ...}, where {@code from} is a type of the source or {@code column} and a column's name.
     *
     * @throws IllegalArgumentException naming the pair that is wrong
     */
    public static TypeOverrides parse(String text) {
        Map<String, String> byColumn = new HashMap<>();
        Map<String, String> byType = new HashMap<>();
        for (String pair : pairs(text)) {
            int colon = pair.lastIndexOf(':');
            String from = colon < 0 ? "" : pair.substring(0, colon).strip();
            String to = pair.substring(colon + 1).strip();
            if (from.isEmpty() || to.isEmpty()) {
                throw new IllegalArgumentException("expected from:to, found \"" + pair.strip() + "\"");
            }
            if (!DestinationTypes.isTypeName(to)) {
                throw new IllegalArgumentException("\"" + to + "\" is not the name of a type");
            }
            String previous = from.startsWith(COLUMN)
                    ? byColumn.put(from.substring(COLUMN.length()).strip(), to)
                    : byType.put(normal(from), to);
            if (previous != null) {
                throw new IllegalArgumentException("names \"" + from + "\" twice");
            }
        }
        return new TypeOverrides(byColumn, byType);
    }

    /** All types that columns may get. */
    public List<String> types() {
        List<String> types = new ArrayList<>(byColumn.values());
        types.addAll(byType.values());
        return types.stream().distinct().sorted().toList();
    }

    /**
     * The type of a column; empty if it has the usual one.
     *
     * @param sourceTypes names of its type at the source, the most exact one first
     */
    Optional<String> typeOf(String column, List<String> sourceTypes) {
        if (byColumn.containsKey(column)) {
            return Optional.of(byColumn.get(column));
        }
        return sourceTypes.stream()
                .map(TypeOverrides::normal)
                .flatMap(type -> List.of(type, withoutArguments(type)).stream())
                .filter(byType::containsKey)
                .findFirst()
                .map(byType::get);
    }

    private static String normal(String type) {
        String spaced = SPACES.matcher(type.strip().toLowerCase(Locale.ROOT)).replaceAll(" ");
        return AROUND_COMMAS.matcher(spaced).replaceAll("$1");
    }

    // bigint(20) unsigned is a bigint unsigned.
    private static String withoutArguments(String type) {
        int open = type.indexOf('(');
        int close = type.lastIndexOf(')');
        if (open < 0 || close < open) {
            return type;
        }
        String rest = type.substring(close + 1).strip();
        return type.substring(0, open) + (rest.isEmpty() || rest.startsWith("[") ? rest : " " + rest);
    }

    // At commas outside parentheses.
    private static List<String> pairs(String text) {
        List<String> pairs = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            depth += character == '(' ? 1 : character == ')' ? -1 : 0;
            if (character == ',' && depth == 0) {
                pairs.add(text.substring(start, i));
                start = i + 1;
            }
        }
        pairs.add(text.substring(start));
        return pairs.size() == 1 && text.isBlank() ? List.of() : pairs;
    }
}
