// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.List;

/** PostgreSQL's array literals. */
final class ArrayText {

    private ArrayText() {}

    /** The literal of one dimension; a null element is SQL NULL. */
    static String literal(List<String> elements) {
        StringBuilder literal = new StringBuilder("{");
        for (int i = 0; i < elements.size(); i++) {
            if (i > 0) {
                literal.append(',');
            }
            append(literal, elements.get(i));
        }
        return literal.append('}').toString();
    }

    private static void append(StringBuilder literal, String element) {
        if (element == null) {
            literal.append("NULL");
            return;
        }
        literal.append('"');
        for (int i = 0; i < element.length(); i++) {
            char character = element.charAt(i);
            if (character == '"' || character == '\\') {
                literal.append('\\');
            }
            literal.append(character);
        }
        literal.append('"');
    }
}
