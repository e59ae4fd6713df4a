// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.status;

import io.tablecast.cli.pipeline.PipelineSink;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What the metadata of a destination tells of failures. */
public final class Failures {

    private static final int FETCH = 1_000;

    private Failures() {}

    /** The latest of one sink's tables; none where it has not written anything yet. */
    public static List<Failure> read(PipelineSink sink, Predicate<TableId> wanted, int limit) throws SQLException {
        String view = sink.metadata().quoted() + "." + Identifiers.quote("failure");
        try (Connection connection = sink.open()) {
            return exists(connection, view)
                    ? read(connection, view, sink.connector().name(), wanted, limit)
                    : List.of();
        }
    }

    private static boolean exists(Connection connection, String view) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            statement.setString(1, view);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static List<Failure> read(
            Connection connection, String view, String connector, Predicate<TableId> wanted, int limit)
            throws SQLException {
        // Only so does the driver bring rows a part at a time.
        connection.setAutoCommit(false);
        String sql = """
                SELECT to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), kind, table_schema,
                       table_name, message, record_key, column_name, place, sqlstate
                FROM %s WHERE connector = ? ORDER BY occurred_at DESC""".formatted(view);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, connector);
            statement.setFetchSize(FETCH);
            try (ResultSet rows = statement.executeQuery()) {
                List<Failure> failures = new ArrayList<>();
                while (failures.size() < limit && rows.next()) {
                    TableId table = new TableId(text(rows.getString(3)), text(rows.getString(4)));
                    if (!wanted.test(table)) {
                        continue;
                    }
                    Map<String, String> details = new HashMap<>();
                    put(details, "key", rows.getString(6));
                    put(details, "column", rows.getString(7));
                    put(details, "place", rows.getString(8));
                    put(details, "sqlstate", rows.getString(9));
                    failures.add(new Failure(
                            text(rows.getString(1)),
                            rows.getString(2),
                            connector,
                            table,
                            details,
                            text(rows.getString(5))));
                }
                return failures;
            }
        }
    }

    private static void put(Map<String, String> details, String name, String value) {
        if (value != null) {
            details.put(name, value);
        }
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
