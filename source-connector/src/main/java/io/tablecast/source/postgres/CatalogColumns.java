// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Identity;
import io.tablecast.contract.type.CatalogTypes;
import io.tablecast.contract.type.TypedColumn;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The columns of a table, in the table's order. */
record CatalogColumns(List<TypedColumn> typedColumns, Map<String, Details> details) {

    static CatalogColumns read(Connection connection, long oid) throws SQLException {
        return new CatalogColumns(types(connection, oid), details(connection, oid));
    }

    /** The column as the structure of its table lists it. */
    Column describe(TypedColumn column) {
        Details more = details.get(column.name());
        return new Column(
                column.name(),
                column.type().name(),
                column.nullable(),
                more.defaultExpression(),
                more.identity(),
                more.generatedExpression(),
                more.collation(),
                more.comment());
    }

    private static List<TypedColumn> types(Connection connection, long oid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CatalogTypes.QUERY)) {
            statement.setLong(1, oid);
            try (ResultSet result = statement.executeQuery()) {
                List<TypedColumn> columns = new ArrayList<>();
                while (result.next()) {
                    columns.add(type(result).toColumn());
                }
                return columns;
            }
        }
    }

    private static CatalogTypes.Row type(ResultSet result) throws SQLException {
        Array labels = result.getArray("labels");
        return new CatalogTypes.Row(
                result.getString("column_name"),
                result.getBoolean("nullable"),
                result.getLong("type_oid"),
                result.getString("type_name"),
                result.getLong("element_oid"),
                result.getLong("scalar_oid"),
                result.getString("scalar_name"),
                result.getString("scalar_kind"),
                result.getInt("scalar_modifier"),
                result.getString("scalar_format"),
                result.getInt("dimensions"),
                List.of((String[]) labels.getArray()));
    }

    private static Map<String, Details> details(Connection connection, long oid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT a.attname,
                       CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
                       a.attidentity,
                       CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
                       CASE WHEN a.attcollation <> t.typcollation
                            THEN pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(l.collname) END,
                       pg_catalog.col_description(a.attrelid, a.attnum)
                FROM pg_catalog.pg_attribute a
                JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
                LEFT JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace
                WHERE a.attrelid = ?::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped""")) {
            statement.setLong(1, oid);
            try (ResultSet result = statement.executeQuery()) {
                Map<String, Details> details = new HashMap<>();
                while (result.next()) {
                    details.put(
                            result.getString(1),
                            new Details(
                                    orEmpty(result.getString(2)),
                                    identity(result.getString(3)),
                                    orEmpty(result.getString(4)),
                                    orEmpty(result.getString(5)),
                                    orEmpty(result.getString(6))));
                }
                return details;
            }
        }
    }

    private static Identity identity(String code) {
        return switch (code) {
            case "a" -> Identity.ALWAYS;
            case "d" -> Identity.BY_DEFAULT;
            default -> Identity.NONE;
        };
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    /** What a column has beside its type. */
    record Details(
            String defaultExpression,
            Identity identity,
            String generatedExpression,
            String collation,
            String comment) {}
}
