// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.status;

import io.tablecast.cli.pipeline.PipelineSink;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.metadata.MetadataSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Asks the metadata of a destination for all tables of one sink. */
final class DestinationStates {

    private DestinationStates() {}

    static Map<TableId, DestinationState> read(PipelineSink sink) throws SQLException {
        try (Connection connection = sink.open()) {
            MetadataSchema schema = sink.metadata();
            if (!exists(connection, schema.tableState())) {
                return Map.of();
            }
            return states(connection, schema, sink.connector().name());
        }
    }

    static boolean exists(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static Map<TableId, DestinationState> states(Connection connection, MetadataSchema schema, String connector)
            throws SQLException {
        // A load within one transaction shows its rows to nobody, but the server counts them.
        String sql = """
                SELECT state.table_schema, state.table_name, state.rows_applied + coalesce(state.snapshot_rows, 0),
                       state.lag_seconds, state.source_time, state.applied_at IS NOT NULL, coalesce(state.incomplete, ''),
                       CASE WHEN staged.rows IS NOT NULL THEN 'loading in batches'
                            WHEN indexes.pid IS NOT NULL THEN 'building indexes'
                            WHEN copy.pid IS NOT NULL THEN 'loading'
                            WHEN session.pid IS NOT NULL THEN 'finishing' END,
                       coalesce(staged.rows, copy.tuples_processed, 0),
                       extract(epoch FROM clock_timestamp() - coalesce(staged.started_at, session.xact_start))
                FROM %s AS state
                LEFT JOIN pg_catalog.pg_stat_activity AS session
                    ON session.pid = state.load_pid AND session.backend_start = state.load_backend_start
                LEFT JOIN pg_catalog.pg_stat_progress_copy AS copy ON copy.pid = session.pid
                LEFT JOIN pg_catalog.pg_stat_progress_create_index AS indexes ON indexes.pid = session.pid
                LEFT JOIN (
                    SELECT table_schema, table_name, sum(rows) AS rows, min(started_at) AS started_at
                    FROM %s GROUP BY table_schema, table_name) AS staged
                    ON staged.table_schema = state.table_schema AND staged.table_name = state.table_name
                WHERE state.connector = ?""".formatted(schema.tableState(), schema.stagedLoad());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, connector);
            try (ResultSet rows = statement.executeQuery()) {
                Map<TableId, DestinationState> states = new HashMap<>();
                while (rows.next()) {
                    states.put(new TableId(rows.getString(1), rows.getString(2)), state(rows));
                }
                return states;
            }
        }
    }

    private static DestinationState state(ResultSet row) throws SQLException {
        double lag = row.getDouble(4);
        OptionalDouble lagSeconds = row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(Math.max(0, lag));
        OffsetDateTime sourceTime = row.getObject(5, OffsetDateTime.class);
        String phase = row.getString(8);
        return new DestinationState(
                row.getLong(3),
                lagSeconds,
                Optional.ofNullable(sourceTime).map(OffsetDateTime::toInstant),
                row.getBoolean(6),
                row.getString(7),
                phase == null
                        ? Optional.empty()
                        : Optional.of(new DestinationState.RunningCopy(phase, row.getLong(9), row.getDouble(10))));
    }
}
