// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

/** How the names of schemas and fields are made to fit a serialisation format ({@code schema.name.adjustment.mode}). */
public enum SchemaNames {
    /** As they are. */
    NONE,
    /** Characters that Avro forbids become {@code _}. */
    AVRO,
    /** Characters that Avro forbids, and {@code _}, become {@code _u} and four hexadecimal digits. */
    AVRO_UNICODE;

    /** Adjusts a name whose parts are separated by dots. */
    public String adjust(String name) {
        if (this == NONE) {
            return name;
        }
        StringBuilder adjusted = new StringBuilder(name.length() + 8);
        boolean isFirstOfPart = true;
        for (int i = 0; i < name.length(); i++) {
            char character = name.charAt(i);
            if (character == '.') {
                adjusted.append(character);
                isFirstOfPart = true;
                continue;
            }
            append(adjusted, character, isFirstOfPart);
            isFirstOfPart = false;
        }
        return adjusted.toString();
    }

    /** Adjusts a field's name, in which a dot is as forbidden as other characters. */
    String adjustField(String name) {
        if (this == NONE) {
            return name;
        }
        StringBuilder adjusted = new StringBuilder(name.length() + 8);
        for (int i = 0; i < name.length(); i++) {
            append(adjusted, name.charAt(i), i == 0);
        }
        return adjusted.toString();
    }

    private void append(StringBuilder adjusted, char character, boolean isFirst) {
        boolean isLetter = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
        boolean isDigit = character >= '0' && character <= '9';
        if (isLetter || (isDigit && !isFirst) || (character == '_' && this == AVRO)) {
            adjusted.append(character);
            return;
        }
        if (this == AVRO) {
            // A digit in front keeps its value behind the underscore, so that 1a and 2a stay apart.
            adjusted.append('_');
            if (isDigit) {
                adjusted.append(character);
            }
            return;
        }
        adjusted.append("_u").append(String.format("%04x", (int) character));
    }
}
