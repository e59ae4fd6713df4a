// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * As much of a statement as decides what it means for a captured table. Statements are not parsed, only cut into words:
 * one that is not known does nothing.
 *
 * @param words keywords in upper case, names as they are, signs by themselves
 * @param nameCase how the server keeps the names of databases and tables
 */
public record DdlStatement(String database, List<Word> words, NameCase nameCase) {

    private static final Set<String> CHANGES =
            Set.of("INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD", "WITH", "CALL", "MERGE");
    private static final Set<String> PARTITION_ACTIONS =
            Set.of("DROP", "TRUNCATE", "EXCHANGE", "DISCARD", "IMPORT", "CONVERT");

    public DdlStatement {
        requireNonNull(database, "database is null");
        requireNonNull(nameCase, "nameCase is null");
        words = List.copyOf(words);
    }

    /** @param database the session's default, for names without one */
    public static DdlStatement of(String database, String sql, NameCase nameCase) {
        return new DdlStatement(
                database, behindSettings(SqlWords.of(sql, DoubleQuotes.NAMES_WHERE_NO_TEXT_CAN_BE)), nameCase);
    }

    /** The statement of an event. */
    public static DdlStatement of(QueryEvent query, NameCase nameCase) {
        return new DdlStatement(query.database(), behindSettings(SqlWords.of(query.sql(), query.quotes())), nameCase);
    }

    /**
     * MariaDB's statements may begin with variables that are set for them alone.
     *
     * @see <a href="https://mariadb.com/docs/server/reference/sql-statements/administrative-sql-statements/set-commands/set-statement">SET STATEMENT</a>
     */
    private static List<Word> behindSettings(List<Word> words) {
        if (words.size() < 2 || !words.get(0).is("SET") || !words.get(1).is("STATEMENT")) {
            return words;
        }
        int depth = 0;
        for (int i = 2; i < words.size(); i++) {
            Word word = words.get(i);
            if (word.is("(")) {
                depth++;
            } else if (word.is(")")) {
                depth--;
            } else if (depth == 0 && word.is("FOR")) {
                return words.subList(i + 1, words.size());
            }
        }
        return words;
    }

    public boolean isBegin() {
        return isAt(0, "BEGIN") || (isAt(0, "START") && isAt(1, "TRANSACTION")) || endsInStart();
    }

    public boolean isEnd() {
        return isAt(0, "COMMIT") || (isAt(0, "ROLLBACK") && words.size() == 1);
    }

    public boolean isXa() {
        return isAt(0, "XA");
    }

    /** Whether the statement itself, and not rows, changes data. */
    public boolean isChange() {
        return !words.isEmpty()
                && !words.get(0).isQuoted()
                && CHANGES.contains(words.get(0).text().toUpperCase(Locale.ROOT));
    }

    /** The table that the statement empties. */
    public Optional<TableId> truncated() {
        if (!isAt(0, "TRUNCATE")) {
            return Optional.empty();
        }
        return Optional.of(name(isAt(1, "TABLE") ? 2 : 1));
    }

    /**
     * Whether the statement may give the table other rows without row events: it becomes another one's name, is made
     * anew, loses or takes partitions, gets another one's file, or loses rows that are like others.
     */
    public boolean replacesRowsOf(TableId table) {
        if (!names().contains(table)) {
            return false;
        }
        if (isAt(0, "RENAME")) {
            return true;
        }
        if (isAt(0, "CREATE")) {
            return created().equals(Optional.of(table));
        }
        if (!isAt(0, "ALTER")) {
            return false;
        }
        boolean isRenamed = false;
        for (int i = 1; i < words.size(); i++) {
            boolean toTable =
                    isAt(i, "RENAME") && !isAt(i + 1, "COLUMN") && !isAt(i + 1, "INDEX") && !isAt(i + 1, "KEY");
            isRenamed |= toTable;
        }
        return isRenamed || actsOnPartitions() || losesDuplicates(table) || importsTablespace();
    }

    /** Whether the statement makes a table only where there is none. */
    public boolean isOnlyIfMissing() {
        return isAt(0, "CREATE") && has("EXISTS");
    }

    /** Whether the table is gone by the statement, or its whole database. */
    public boolean drops(TableId table) {
        if (!isAt(0, "DROP")) {
            return false;
        }
        boolean isOfDatabase = isAt(1, "DATABASE") || isAt(1, "SCHEMA");
        return isOfDatabase
                ? nameCase.kept(words.get(words.size() - 1).text()).equals(table.schema())
                : isAt(1, "TABLE") && names().contains(table);
    }

    /** The table that the statement makes, by the first name behind TABLE. */
    private Optional<TableId> created() {
        int at = 0;
        while (at < words.size() && !isAt(at, "TABLE")) {
            at++;
        }
        at = isAt(at + 1, "IF") ? at + 4 : at + 1;
        return at < words.size() ? Optional.of(name(at)) : Optional.empty();
    }

    /** Whether the statement may give the table other columns; tables that it only names keep theirs. */
    public boolean alters(TableId table) {
        return altered().equals(Optional.of(table));
    }

    /** The table that the statement alters. */
    private Optional<TableId> altered() {
        if (!isAt(0, "ALTER")) {
            return Optional.empty();
        }
        int at = 1;
        while (isAt(at, "ONLINE") || isAt(at, "OFFLINE") || isAt(at, "IGNORE")) {
            at++;
        }
        if (!isAt(at, "TABLE")) {
            return Optional.empty();
        }
        at = isAt(at + 1, "IF") ? at + 3 : at + 1;
        return at < words.size() ? Optional.of(name(at)) : Optional.empty();
    }

    /** Whether the statement may give the table another key. */
    public boolean changesKeyOf(TableId table) {
        boolean isOfIndex = (isAt(0, "CREATE") || isAt(0, "DROP")) && has("INDEX");
        boolean isOfKey = isAt(0, "ALTER") && (has("KEY") || has("INDEX") || has("UNIQUE"));
        return (isOfIndex || isOfKey) && names().contains(table);
    }

    /** What the statement calls columns from now on, in its order: also MODIFY changes the case of a name. */
    public List<Renamed> renamedColumns(TableId table) {
        if (!alters(table)) {
            return List.of();
        }
        List<Renamed> renamed = new ArrayList<>();
        for (int i = 1; i < words.size(); i++) {
            int first = isAt(i + 1, "COLUMN") ? i + 2 : i + 1;
            first = isAt(first, "IF") ? first + 2 : first;
            if (isAt(i, "RENAME") && isAt(i + 1, "COLUMN") && isAt(first + 1, "TO")) {
                renamed(first, first + 2).ifPresent(renamed::add);
            } else if (isAt(i, "CHANGE")) {
                renamed(first, first + 1).ifPresent(renamed::add);
            } else if (isAt(i, "MODIFY")) {
                renamed(first, first).ifPresent(renamed::add);
            }
        }
        return renamed;
    }

    private Optional<Renamed> renamed(int from, int to) {
        return to < words.size()
                ? Optional.of(new Renamed(words.get(from).text(), words.get(to).text()))
                : Optional.empty();
    }

    /** All that could be a table's name. */
    public Set<TableId> names() {
        Set<TableId> names = new HashSet<>();
        for (int i = 0; i < words.size(); i++) {
            boolean isQualified = i > 0 && words.get(i - 1).text().equals(".");
            if (words.get(i).isName() && !isQualified) {
                names.add(name(i));
            }
        }
        return names;
    }

    private TableId name(int at) {
        String first = at < words.size() ? words.get(at).text() : "";
        if (at + 2 < words.size() && words.get(at + 1).text().equals(".")) {
            return new TableId(
                    nameCase.kept(first), nameCase.kept(words.get(at + 2).text()));
        }
        return new TableId(nameCase.kept(database), nameCase.kept(first));
    }

    private boolean actsOnPartitions() {
        for (int i = 1; i + 1 < words.size(); i++) {
            if (isAt(i, "CONVERT") && isAt(i + 1, "TABLE")) {
                return true;
            }
            if (isAt(i + 1, "PARTITION")
                    && PARTITION_ACTIONS.contains(words.get(i).text().toUpperCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }

    /** @see <a href="https://mariadb.com/docs/server/reference/sql-statements/data-definition/alter/alter-table">IGNORE</a> */
    private boolean losesDuplicates(TableId table) {
        return alters(table) && (isAt(1, "IGNORE") || isAt(2, "IGNORE"));
    }

    private boolean importsTablespace() {
        for (int i = 1; i < words.size(); i++) {
            if (isAt(i, "IMPORT") && isAt(i + 1, "TABLESPACE")) {
                return true;
            }
        }
        return false;
    }

    /** CREATE TABLE ... SELECT, which its rows follow in the same transaction. */
    private boolean endsInStart() {
        int size = words.size();
        return size > 2 && isAt(0, "CREATE") && isAt(size - 2, "START") && isAt(size - 1, "TRANSACTION");
    }

    private boolean has(String keyword) {
        return words.stream().anyMatch(word -> word.is(keyword));
    }

    private boolean isAt(int index, String keyword) {
        return index < words.size() && words.get(index).is(keyword);
    }

    /** A column's old name, in any case, and its new one. */
    public record Renamed(String from, String to) {
        public Renamed {
            requireNonNull(from, "from is null");
            requireNonNull(to, "to is null");
        }
    }

    /** A word, a quoted name, or a sign. */
    public record Word(String text, boolean isQuoted) {
        public Word {
            requireNonNull(text, "text is null");
        }

        boolean is(String keyword) {
            return !isQuoted && text.equalsIgnoreCase(keyword);
        }

        boolean isName() {
            return isQuoted || (!text.isEmpty() && Character.isJavaIdentifierPart(text.charAt(0)));
        }
    }
}
