// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tablecast.source.mysql.binlog.Collations;
import io.tablecast.source.mysql.type.TextDecoder;
import java.nio.charset.Charset;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * The character sets of a server. Those whose characters are bytes are translated as the server itself does it; the others
 * by Java's of the same kind.
 */
final class Charsets {

    private static final int BYTES = 256;
    private static final String ASCII = "ascii";
    private static final int ASCII_BYTES = 128;
    private static final int UNKNOWN = '?';
    private static final Map<String, String> WIDE = Map.ofEntries(
            Map.entry("utf8mb4", UTF_8.name()),
            Map.entry("utf8mb3", UTF_8.name()),
            Map.entry("utf8", UTF_8.name()),
            Map.entry("ucs2", UTF_16BE.name()),
            Map.entry("utf16", UTF_16BE.name()),
            Map.entry("utf16le", UTF_16LE.name()),
            Map.entry("utf32", "UTF-32BE"),
            Map.entry("big5", "Big5"),
            Map.entry("gbk", "GBK"),
            Map.entry("gb2312", "GB2312"),
            Map.entry("gb18030", "GB18030"),
            Map.entry("sjis", "Shift_JIS"),
            Map.entry("cp932", "windows-31j"),
            Map.entry("ujis", "EUC-JP"),
            Map.entry("eucjpms", "EUC-JP"),
            Map.entry("euckr", "x-windows-949"));

    private final Collations collations;
    private final Map<String, TextDecoder> decoders;

    private Charsets(Collations collations, Map<String, TextDecoder> decoders) {
        this.collations = collations;
        this.decoders = Map.copyOf(decoders);
    }

    static Charsets read(Connection connection, boolean isMariaDb) throws SQLException {
        Map<Integer, String> charsets = new HashMap<>();
        Map<String, Integer> widths = new HashMap<>();
        Map<String, TextDecoder> decoders = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(
                    isMariaDb
                            ? "SELECT ID, CHARACTER_SET_NAME"
                                    + " FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"
                            : "SELECT ID, CHARACTER_SET_NAME FROM information_schema.COLLATIONS")) {
                while (rows.next()) {
                    charsets.put(rows.getInt(1), rows.getString(2));
                }
            }
            try (ResultSet rows = statement.executeQuery(
                    "SELECT CHARACTER_SET_NAME, MAXLEN FROM information_schema.CHARACTER_SETS")) {
                while (rows.next()) {
                    widths.put(rows.getString(1), rows.getInt(2));
                }
            }
        }
        for (Map.Entry<String, Integer> entry : widths.entrySet()) {
            decoder(connection, entry.getKey(), entry.getValue(), decoders);
        }
        return new Charsets(new Collations(charsets, widths, isMariaDb), decoders);
    }

    Collations collations() {
        return collations;
    }

    /** @throws IllegalArgumentException when nothing translates the character set */
    TextDecoder decoder(String charset) {
        TextDecoder decoder = decoders.get(charset);
        if (decoder == null) {
            throw new IllegalArgumentException("Nothing translates the character set \"" + charset
                    + "\". Convert the column to utf8mb4, or leave the table out.");
        }
        return decoder;
    }

    /** What decodes statements of clients that have a collation of that number. */
    TextDecoder ofClient(int collation) {
        return decoders.getOrDefault(collations.charsets().getOrDefault(collation, "utf8mb4"), decoders.get("utf8mb4"));
    }

    private static void decoder(Connection connection, String charset, int width, Map<String, TextDecoder> decoders)
            throws SQLException {
        if (charset.equals("binary")) {
            return;
        }
        if (width == 1) {
            int[] characters = characters(connection, charset);
            if (characters.length == BYTES) {
                decoders.put(charset, new TextDecoder.OfBytes(characters));
            }
        } else if (WIDE.containsKey(charset) && Charset.isSupported(WIDE.get(charset))) {
            decoders.put(charset, new TextDecoder.OfCharset(Charset.forName(WIDE.get(charset)), width));
        }
    }

    /** Asks for all bytes at once; each becomes one character, and what the set does not have a question mark. */
    private static int[] characters(Connection connection, String charset) throws SQLException {
        byte[] all = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            all[i] = (byte) i;
        }
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT CONVERT(CONVERT(X'"
                        + HexFormat.of().formatHex(all) + "' USING " + charset + ") USING utf8mb4)")) {
            result.next();
            int[] characters =
                    new String(result.getBytes(1), UTF_8).codePoints().toArray();
            if (!charset.equals(ASCII)) {
                return characters;
            }
            // Some servers stop at the first byte that the set does not have.
            int[] filled = Arrays.copyOf(characters, BYTES);
            Arrays.fill(filled, ASCII_BYTES, BYTES, UNKNOWN);
            return filled;
        }
    }
}
