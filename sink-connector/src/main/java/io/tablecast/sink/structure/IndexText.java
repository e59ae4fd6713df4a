// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.sink.postgres.Identifiers;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Index definitions as PostgreSQL writes them, with columns by other names. What is no column stays as it is: texts,
 * functions, operators, collations and the types behind {@code ::}.
 */
final class IndexText {

    private static final Pattern TOKEN = Pattern.compile("""
            (?xU)
            (?<text> '(?:[^']|'')*' )
            | (?<skipped> (?: :: | COLLATE ) \\s* (?: "(?:[^"]|"")+" | [\\w.$] )+ )
            | (?<quoted> "(?:[^"]|"")+" ) (?! \\s* [.(] )
            | (?<plain> [\\p{L}_][\\w$]* ) (?! \\s* [.(] | [\\w$] )
            """);

    private IndexText() {}

    /**
     * The definition with the destination's names.
     *
     * @param used the columns that the index needs, by the source's names
     * @param names of the destination's columns, by the source's
     */
    static String withColumns(String definition, List<String> used, Map<String, String> names) {
        if (used.stream().allMatch(column -> column.equals(names.get(column)))) {
            return definition;
        }
        return TOKEN.matcher(definition)
                .replaceAll(token -> Matcher.quoteReplacement(replaced(token.group(), used, names)));
    }

    private static String replaced(String token, List<String> used, Map<String, String> names) {
        boolean isQuoted = token.startsWith("\"");
        String column = isQuoted ? token.substring(1, token.length() - 1).replace("\"\"", "\"") : token;
        return used.contains(column) ? Identifiers.quote(names.get(column)) : token;
    }
}
