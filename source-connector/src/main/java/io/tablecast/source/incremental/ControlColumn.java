// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.ControlType;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Index;
import io.tablecast.source.config.SourceKeys;
import io.tablecast.source.postgres.Identifiers;
import io.tablecast.source.postgres.Literals;
import io.tablecast.source.postgres.SourceTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * The column by which new and changed rows are found.
 *
 * @param quoted the column as queries of {@link SourceTable#query()} name it
 */
public record ControlColumn(String name, String quoted, ControlType type, boolean isNullable) {

    public ControlColumn {
        requireNonNull(name, "name is null");
        requireNonNull(quoted, "quoted is null");
        requireNonNull(type, "type is null");
    }

    /**
     * Finds the table's control column.
     *
     * @throws UnusableControlException when there is none, or none that can serve
     */
    public static ControlColumn find(Connection connection, SourceTable table) throws SQLException {
        String name = table.settings().incremental().controlColumn();
        if (name.isEmpty()) {
            throw UnusableControlException.ofColumn("Mode incremental of " + table.id()
                    + " needs control.column: a time, date or integer column that grows with each new or changed row.");
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                WITH RECURSIVE typed AS (
                    SELECT t.oid, t.typtype, t.typbasetype, a.attnotnull,
                           pg_catalog.format_type(a.atttypid, a.atttypmod) AS name
                    FROM pg_catalog.pg_attribute a
                    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                    WHERE a.attrelid = ?::pg_catalog.oid AND a.attname = ? AND a.attnum > 0 AND NOT a.attisdropped
                    UNION ALL
                    SELECT t.oid, t.typtype, t.typbasetype, typed.attnotnull OR t.typnotnull, typed.name
                    FROM typed
                    JOIN pg_catalog.pg_type t ON typed.typtype = 'd' AND t.oid = typed.typbasetype)
                SELECT oid::regtype::text, attnotnull, name FROM typed WHERE typtype <> 'd'""")) {
            statement.setLong(1, table.oid());
            statement.setString(2, name);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    throw UnusableControlException.ofColumn(
                            "Control column \"" + name + "\" of " + table.id() + " does not exist. " + remedy());
                }
                ControlType type = type(table, name, result.getString(1), result.getString(3));
                checkReplicated(table, name);
                checkKey(table);
                return new ControlColumn(name, column(table, name), type, !result.getBoolean(2));
            }
        }
    }

    /** The statement that makes the index without which every look reads the whole table; empty when there is one. */
    public static List<String> missingIndex(SourceTable table, String control) {
        boolean isIndexed = table.structure().indexes().stream()
                .anyMatch(index -> !index.partial()
                        && !index.columns().isEmpty()
                        && index.columns().get(0).equals(control)
                        && index.definition().startsWith("USING btree")
                        && !startsWithExpression(index));
        if (isIndexed || !table.kind().isStored()) {
            return List.of();
        }
        StringBuilder columns = new StringBuilder(Identifiers.quote(control));
        table.key().columns().stream()
                .filter(key -> !key.equals(control))
                .forEach(key -> columns.append(", ").append(Identifiers.quote(key)));
        return List.of("CREATE INDEX CONCURRENTLY ON " + table.quotedName() + " (" + columns + ")");
    }

    /** A value of the column. */
    String literal(String value) {
        // Wider than the column may be: bounds lie outside of its range now and then.
        return type == ControlType.INTEGER ? Literals.quote(value) + "::bigint" : Literals.quote(value);
    }

    /** The text of the column's value. */
    String text() {
        return quoted + "::text";
    }

    /** A column of a table as queries of {@link SourceTable#query()} name it. */
    static String column(SourceTable table, String name) {
        return Identifiers.quote(table.id().name()) + "." + Identifiers.quote(name);
    }

    private static boolean startsWithExpression(Index index) {
        return index.hasExpressions() && index.definition().startsWith("USING btree ((");
    }

    private static ControlType type(SourceTable table, String name, String base, String declared) {
        return switch (base) {
            case "smallint", "integer", "bigint" -> ControlType.INTEGER;
            case "date" -> ControlType.DATE;
            case "timestamp without time zone" -> ControlType.TIMESTAMP;
            case "timestamp with time zone" -> ControlType.TIMESTAMPTZ;
            default ->
                throw UnusableControlException.ofColumn("Control column \"" + name + "\" of " + table.id()
                        + " is of type " + declared + ". " + remedy());
        };
    }

    private static void checkReplicated(SourceTable table, String name) {
        if (table.structure().column(name).isEmpty()) {
            throw new UnusableControlException(
                    SourceKeys.COLUMNS,
                    "The columns to replicate of " + table.id() + " leave out the control column \"" + name
                            + "\". Add it to columns.");
        }
    }

    private static void checkKey(SourceTable table) {
        if (!table.kind().isStored()) {
            return; // the columns of a view are never known to be NOT NULL
        }
        List<String> nullable = table.key().columns().stream()
                .filter(key ->
                        table.structure().column(key).map(Column::nullable).orElse(false))
                .toList();
        if (!nullable.isEmpty()) {
            throw new UnusableControlException(
                    SourceKeys.KEY_COLUMNS,
                    "The key of " + table.id() + " has columns that may be NULL: " + String.join(", ", nullable)
                            + ". Make them NOT NULL, or name other columns in key.columns.");
        }
    }

    private static String remedy() {
        return "Set control.column to an existing column of type timestamptz, timestamp, date, smallint, integer or bigint.";
    }
}
