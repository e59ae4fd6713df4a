// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import io.tablecast.source.mysql.binlog.DdlStatement.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Cuts SQL into words. Comments are left out, but what is executed in them counts; texts in quotes become one empty word. */
final class SqlWords {

    private static final Set<String> BEFORE_NAMES =
            Set.of("TABLE", "TRUNCATE", "DATABASE", "SCHEMA", "EXISTS", "RENAME", "TO", "ON", "COLUMN", "CHANGE", ".");
    /** Statements that begin so have lists of names. */
    private static final Set<String> LISTS = Set.of("DROP", "RENAME");

    private final String sql;
    private final DoubleQuotes quotes;
    private final List<Word> words = new ArrayList<>();
    private int position;

    private SqlWords(String sql, DoubleQuotes quotes) {
        this.sql = sql;
        this.quotes = quotes;
    }

    static List<Word> of(String sql, DoubleQuotes quotes) {
        SqlWords cutter = new SqlWords(sql, quotes);
        while (cutter.position < sql.length()) {
            cutter.next();
        }
        return cutter.words;
    }

    private void next() {
        char character = sql.charAt(position);
        if (Character.isWhitespace(character)) {
            position++;
        } else if (character == '`') {
            words.add(new Word(quoted('`'), true));
        } else if (character == '"' || character == '\'') {
            String text = quoted(character);
            words.add(character == '"' && isNameNext() ? new Word(text, true) : new Word("", false));
        } else if (sql.startsWith("/*!", position) || sql.startsWith("/*M!", position)) {
            position += sql.startsWith("/*!", position) ? 3 : 4;
            skipDigits();
        } else if (sql.startsWith("*/", position)) {
            position += 2;
        } else if (sql.startsWith("/*", position)) {
            skipTo("*/");
        } else if (character == '#' || sql.startsWith("-- ", position)) {
            skipTo("\n");
        } else if (isPart(character)) {
            int start = position;
            while (position < sql.length() && isPart(sql.charAt(position))) {
                position++;
            }
            words.add(new Word(sql.substring(start, position), false));
        } else {
            words.add(new Word(String.valueOf(character), false));
            position++;
        }
    }

    /** Where no text may stand, double quotes hold a name: the session has ANSI_QUOTES in its sql_mode. */
    private boolean isNameNext() {
        if (quotes == DoubleQuotes.NAMES) {
            return true;
        }
        if (words.isEmpty()) {
            return false;
        }
        Word last = words.get(words.size() - 1);
        boolean isList = last.text().equals(",") && LISTS.stream().anyMatch(words.get(0)::is);
        return isList || BEFORE_NAMES.stream().anyMatch(last::is);
    }

    private String quoted(char quote) {
        StringBuilder text = new StringBuilder();
        position++;
        while (position < sql.length()) {
            char character = sql.charAt(position);
            if (character == '\\' && quote != '`' && position + 1 < sql.length()) {
                text.append(sql.charAt(position + 1));
                position += 2;
                continue;
            }
            position++;
            if (character != quote) {
                text.append(character);
            } else if (position < sql.length() && sql.charAt(position) == quote) {
                text.append(quote);
                position++;
            } else {
                break;
            }
        }
        return text.toString();
    }

    private void skipDigits() {
        while (position < sql.length() && Character.isDigit(sql.charAt(position))) {
            position++;
        }
    }

    private void skipTo(String end) {
        int at = sql.indexOf(end, position);
        position = at < 0 ? sql.length() : at + end.length();
    }

    private static boolean isPart(char character) {
        return Character.isLetterOrDigit(character) || character == '_' || character == '$';
    }
}
