// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.missing;

import io.tablecast.cli.pipeline.Route;
import io.tablecast.cli.pipeline.SourceShape;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.structure.TableDesigner;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The types that a sink gives to columns of a database of another kind. */
final class WantedTypes {

    private WantedTypes() {}

    /** The types as the destination writes them, by the columns' names there. */
    static Map<String, String> of(Route route, SourceShape shape) throws SQLException {
        try (Connection connection = route.sink().open()) {
            connection.setAutoCommit(false);
            Map<String, String> types = TableDesigner.ofStructure(
                            connection,
                            route.destination(),
                            shape.structure(),
                            shape.row(),
                            route.sink().settings().of(route.destination()).shape())
                    .types();
            // Only the server knows how it writes a type; the table goes with the transaction.
            String columns = types.entrySet().stream()
                    .map(column -> Identifiers.quote(column.getKey()) + " " + column.getValue())
                    .collect(Collectors.joining(", "));
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TEMPORARY TABLE tablecast_wanted (" + columns + ")");
                return written(statement);
            } finally {
                connection.rollback();
            }
        }
    }

    private static Map<String, String> written(Statement statement) throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        try (ResultSet rows = statement.executeQuery("""
                SELECT attname, pg_catalog.format_type(atttypid, atttypmod) FROM pg_catalog.pg_attribute
                WHERE attrelid = 'pg_temp.tablecast_wanted'::regclass AND attnum > 0 ORDER BY attnum""")) {
            while (rows.next()) {
                types.put(rows.getString(1), rows.getString(2));
            }
        }
        return types;
    }
}
