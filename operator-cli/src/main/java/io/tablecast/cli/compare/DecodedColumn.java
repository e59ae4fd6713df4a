// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import io.tablecast.sink.config.NulMode;
import java.math.BigDecimal;
import java.util.HexFormat;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * A column of one side that is compared.
 *
 * @param name for people, the same on both sides
 * @param isPadded whether spaces at the end of a text say nothing
 * @param nulMode what becomes of U+0000 on the way to the destination, which can have none
 * @param isSought whether its server finds every row again whose value says a text, when it is asked for this text
 */
record DecodedColumn(String name, Field field, Content content, boolean isPadded, NulMode nulMode, boolean isSought) {

    /** The value as text, for people and for keys; null for NULL. */
    String text(Struct row) {
        Object value = row.get(field);
        if (value == null) {
            return null;
        }
        String text = content.text(field.schema(), value);
        if (content == Content.TEXT && nulMode != NulMode.FAIL) {
            text = text.replace("\0", nulMode == NulMode.REPLACE ? "\uFFFD" : "");
        }
        return isPadded ? withoutPadding(text) : text;
    }

    /** Servers pad with spaces, and with nothing else. */
    private static String withoutPadding(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }

    /** The value as part of a row's content: every value ends where it ends, and NULL is no text. */
    String part(Struct row) {
        if (row.get(field) == null) {
            return "-";
        }
        String text = text(row);
        return text.length() + ":" + text;
    }

    /** What a server is asked for to find a text's rows, where it {@link #isSought}. */
    Object sought(String text) {
        if (text == null) {
            return null;
        }
        return switch (content) {
            case NUMBER -> new BigDecimal(text);
            case BYTES -> HexFormat.of().parseHex(text);
            default -> text;
        };
    }

    /** Whether values are whole numbers of at most 64 bits. */
    boolean isWholeNumber() {
        return switch (field.schema().type()) {
            case INT8, INT16, INT32, INT64 -> content == Content.NUMBER;
            default -> false;
        };
    }
}
