// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the constant in a source column's default. Rows that existed before a column was added hold that constant at the
 * source, so the destination may fill them with it; what {@code now()} or {@code nextval()} gave them only a copy tells.
 */
final class ConstantDefault {

    private static final Pattern LITERAL = Pattern.compile("""
            (?xi)
            \\(*
            (?<literal> -? \\d+ (?:\\.\\d+)? (?:e[+-]?\\d+)? | '(?:[^']|'')*' | true | false )
            \\)*
            (?: :: (?:"[^"]+"|[a-z_0-9\\ .])++ (?:\\([0-9,\\ ]+\\))? (?:\\ with(?:out)?\\ time\\ zone)? (?:\\[\\])* \\)* )*
            """);

    // Input of the date types that means another moment each time it is read.
    private static final Set<String> MOVING = Set.of("now", "today", "tomorrow", "yesterday", "allballs");

    private ConstantDefault() {}

    /**
     * The literal to write behind {@code DEFAULT}, without casts: PostgreSQL reads it as the destination column's type.
     * Empty when there is no default, when it is NULL, and when it is no constant.
     */
    static Optional<String> of(String expression) {
        Matcher matcher = LITERAL.matcher(expression.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String literal = matcher.group("literal");
        // What a backslash means in a literal differs between servers and settings.
        if (literal.indexOf('\\') >= 0 || isMoving(literal)) {
            return Optional.empty();
        }
        return Optional.of(literal);
    }

    /** Whether a literal is a text, which any column of characters takes. */
    static boolean isText(String literal) {
        return literal.startsWith("'");
    }

    private static boolean isMoving(String literal) {
        if (!literal.startsWith("'")) {
            return false;
        }
        String text = literal.substring(1, literal.length() - 1);
        return MOVING.contains(text.strip().toLowerCase(Locale.ROOT));
    }
}
