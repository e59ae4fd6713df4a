// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** PostgreSQL's array literals. */
final class ArrayText {

    private ArrayText() {}

    /** The literal of one dimension, made of the texts of its elements. */
    static String literal(List<?> elements, Function<Object, String> form) {
        StringBuilder literal = new StringBuilder("{");
        for (Object element : elements) {
            separate(literal);
            if (element == null) {
                literal.append("NULL");
            } else {
                quote(literal, form.apply(element));
            }
        }
        return literal.append('}').toString();
    }

    /** The literal of several dimensions, made of the literals of its parts. */
    static String nested(List<?> parts, Function<Object, String> form) {
        List<String> literals = new ArrayList<>(parts.size());
        for (Object part : parts) {
            literals.add(part == null ? "NULL" : form.apply(part));
        }
        return "{" + String.join(",", literals) + "}";
    }

    /** Appends a text in double quotes. */
    static void quote(StringBuilder literal, String text) {
        literal.append('"');
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '"' || character == '\\') {
                literal.append('\\');
            }
            literal.append(character);
        }
        literal.append('"');
    }

    private static void separate(StringBuilder literal) {
        if (literal.length() > 1) {
            literal.append(',');
        }
    }
}
