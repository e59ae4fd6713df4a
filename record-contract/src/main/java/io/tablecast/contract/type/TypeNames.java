// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

/** Names of types as texts from elsewhere, which must not become other SQL than a type. */
final class TypeNames {

    private TypeNames() {}

    /**
     * Whether the text is no more than a type's name: identifiers, quoted where they need it, with points between them,
     * then perhaps a modifier in parentheses and array brackets.
     */
    static boolean isTypeName(String text) {
        int end = text.length();
        while (text.startsWith("[]", end - 2)) {
            end -= 2;
        }
        int open = text.charAt(Math.max(end - 1, 0)) == ')' ? text.lastIndexOf('(', end) : end;
        return open >= 0 && isPath(text.substring(0, open)) && isModifier(text.substring(open, end));
    }

    /** Whether the text is empty, or numbers or words with commas between them, in parentheses. */
    static boolean isModifier(String text) {
        if (text.isEmpty()) {
            return true;
        }
        if (text.charAt(0) != '(' || text.charAt(text.length() - 1) != ')') {
            return false;
        }
        for (int i = 1; i < text.length() - 1; i++) {
            char character = text.charAt(i);
            if (!isWord(character) && character != ',' && character != ' ' && character != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isPath(String text) {
        int position = 0;
        while (position < text.length()) {
            int end = text.charAt(position) == '"' ? endOfQuoted(text, position) : endOfPlain(text, position);
            if (end == position || end == text.length()) {
                return end == text.length() && end > position;
            }
            if (text.charAt(end) != '.') {
                return false;
            }
            position = end + 1;
        }
        return false;
    }

    private static int endOfPlain(String text, int start) {
        int end = start;
        while (end < text.length() && isWord(text.charAt(end))) {
            end++;
        }
        return end;
    }

    // The same position means that the quotes do not end.
    private static int endOfQuoted(String text, int start) {
        for (int i = start + 1; i < text.length(); i++) {
            if (text.charAt(i) != '"') {
                continue;
            }
            if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                i++;
                continue;
            }
            return i + 1;
        }
        return start;
    }

    private static boolean isWord(char character) {
        return character == '_' || character == '$' || Character.isLetterOrDigit(character);
    }
}
