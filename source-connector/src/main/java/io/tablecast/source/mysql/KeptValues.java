// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Identity;
import io.tablecast.source.mysql.type.MySqlKind;
import io.tablecast.source.mysql.type.MySqlType;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which statements leave rows with values that everybody knows who knows the columns before and after: no row event tells
 * what an ALTER TABLE has written into rows. Types are compared as a strict {@code sql_mode} converts them, which refuses
 * what it would have to cut.
 */
final class KeptValues {

    /** A number, bits, or one text. */
    private static final Pattern CONSTANT = Pattern.compile("-?[0-9][0-9.eE+-]*|b?'(?:[^']|'')*'");

    private static final Set<String> OF_ALL_CHARACTERS = Set.of("utf8mb4", "utf16", "utf16le", "utf32", "gb18030");

    private KeptValues() {}

    /** Whether all rows that are older than a column hold the same value in it, and which one is known. */
    static boolean hasOneValue(Column column) {
        return column.identity() == Identity.NONE
                && column.generatedExpression().isEmpty()
                && (column.defaultExpression().isEmpty()
                        || CONSTANT.matcher(column.defaultExpression()).matches());
    }

    /** Whether values that a column of the one type holds are the same ones in the other. */
    static boolean areSame(MySqlType before, MySqlType now) {
        if (before.carrier().equals(now.carrier())) {
            return true;
        }
        return switch (now.kind()) {
            case SMALLINT, MEDIUMINT, INT, BIGINT -> isWiderInteger(before, now);
            case DECIMAL -> isWiderDecimal(before, now);
            case DOUBLE -> before.kind() == MySqlKind.FLOAT && before.unsigned() == now.unsigned();
            case TIME, DATETIME, TIMESTAMP -> before.kind() == now.kind() && before.scale() <= now.scale();
            case CHAR ->
                before.kind() == MySqlKind.CHAR && before.length() <= now.length() && takesCharacters(before, now);
            case VARCHAR ->
                isOneOf(before, MySqlKind.CHAR, MySqlKind.VARCHAR)
                        && before.length() <= now.length()
                        && takesCharacters(before, now);
            case TEXT, MEDIUMTEXT, LONGTEXT ->
                isOneOf(before, MySqlKind.CHAR, MySqlKind.VARCHAR, MySqlKind.TINYTEXT, MySqlKind.TEXT, now.kind())
                        && takesCharacters(before, now);
            case VARBINARY -> isOneOf(before, MySqlKind.BINARY, MySqlKind.VARBINARY) && before.length() <= now.length();
            case BLOB, MEDIUMBLOB, LONGBLOB ->
                isOneOf(before, MySqlKind.BINARY, MySqlKind.VARBINARY, MySqlKind.TINYBLOB, MySqlKind.BLOB, now.kind());
            case ENUM, SET ->
                before.kind() == now.kind()
                        && now.labels().containsAll(before.labels())
                        && takesCharacters(before, now);
            default -> false;
        };
    }

    private static boolean isOneOf(MySqlType type, MySqlKind... kinds) {
        return List.of(kinds).contains(type.kind());
    }

    private static boolean takesCharacters(MySqlType before, MySqlType now) {
        return before.charset().equals(now.charset()) || OF_ALL_CHARACTERS.contains(now.charset());
    }

    private static boolean isInteger(MySqlType type) {
        return switch (type.kind()) {
            case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT -> true;
            default -> false;
        };
    }

    private static boolean isWiderInteger(MySqlType before, MySqlType now) {
        if (!isInteger(before)) {
            return false;
        }
        int longer = now.kind().compareTo(before.kind());
        return before.unsigned() == now.unsigned() ? longer >= 0 : before.unsigned() && longer > 0;
    }

    private static boolean isWiderDecimal(MySqlType before, MySqlType now) {
        return before.kind() == MySqlKind.DECIMAL
                && (before.unsigned() || !now.unsigned())
                && before.scale() <= now.scale()
                && before.length() - before.scale() <= now.length() - now.scale();
    }
}
