// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import io.tablecast.source.mysql.type.MySqlColumn;
import io.tablecast.source.mysql.type.MySqlType;
import java.util.List;

/**
 * How values of columns stand in row events: what a TABLE_MAP event tells whatever binlog_row_metadata is. Signs, character
 * sets, labels and names do not belong to it.
 */
final class ColumnForms {

    private static final int LABELS_OF_ONE_BYTE = 255;
    private static final int LARGEST_SET_BYTES = 8;

    private ColumnForms() {}

    static List<String> of(List<MySqlColumn> columns, Collations collations) {
        return columns.stream()
                .map(column -> form(column.type().carrier(), collations) + nullability(column.nullable()))
                .toList();
    }

    static String nullability(boolean nullable) {
        return nullable ? " NULL" : "";
    }

    private static String form(MySqlType type, Collations collations) {
        return switch (type.kind()) {
            case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT, FLOAT, DOUBLE, YEAR, DATE, JSON, GEOMETRY, VECTOR ->
                type.kind().name();
            case DECIMAL -> "DECIMAL " + type.length() + " " + type.scale();
            case BIT -> "BIT " + type.length();
            case TIME, DATETIME, TIMESTAMP -> type.kind().name() + " " + type.scale();
            case VARCHAR -> "VARCHAR " + type.length() * collations.bytesOf(type.charset());
            case VARBINARY -> "VARCHAR " + type.length();
            case CHAR -> "CHAR " + type.length() * collations.bytesOf(type.charset());
            case BINARY, UUID, INET4, INET6 -> "CHAR " + type.length();
            case TINYTEXT, TINYBLOB -> "BLOB 1";
            case TEXT, BLOB -> "BLOB 2";
            case MEDIUMTEXT, MEDIUMBLOB -> "BLOB 3";
            case LONGTEXT, LONGBLOB -> "BLOB 4";
            case ENUM -> "ENUM " + (type.labels().size() <= LABELS_OF_ONE_BYTE ? 1 : 2);
            case SET -> "SET " + bytesOfSet(type.labels().size());
        };
    }

    private static int bytesOfSet(int labels) {
        int bytes = (labels + 7) / 8;
        return bytes > 4 ? LARGEST_SET_BYTES : bytes;
    }
}
