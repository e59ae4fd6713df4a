// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * Reads the texts of one field, and gives the same object for as long as they are the same: those that say where a record
 * comes from hardly ever change, and whoever compares them finds out without looking at their characters. Thread-safe.
 */
final class TextReader implements ValueReader {

    private static final int LONGEST_KEPT = 128;

    // Without a lock: a thread that does not see another one's text makes it anew.
    private String last = "";

    @Override
    public Object read(JsonParser parser) throws IOException, UnusualValueException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new UnusualValueException();
        }
        String before = last;
        int length = parser.getTextLength();
        if (length == before.length() && isText(before, parser.getTextCharacters(), parser.getTextOffset())) {
            return before;
        }
        String text = parser.getText();
        if (length <= LONGEST_KEPT) {
            last = text;
        }
        return text;
    }

    private static boolean isText(String text, char[] characters, int offset) {
        for (int i = text.length() - 1; i >= 0; i--) {
            if (text.charAt(i) != characters[offset + i]) {
                return false;
            }
        }
        return true;
    }
}
