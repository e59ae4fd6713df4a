// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the metadata schema says of snapshot loads: those that run in {@code table_state}, those that ended, well or not, in {@code run_log}. */
public final class LoadRecords {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final MetadataSchema schema;
    private final String connector;
    private final RunLog runLog;

    public LoadRecords(MetadataSchema schema, String connector, RunLog runLog) {
        this.schema = requireNonNull(schema, "schema is null");
        this.connector = requireNonNull(connector, "connector is null");
        this.runLog = requireNonNull(runLog, "runLog is null");
    }

    /** {@code run.log}. */
    public enum RunLog {
        /** What was loaded is kept in {@code run_log}. */
        KEPT,
        /** Only {@code table_state} tells of the last snapshot. */
        LEFT_OUT
    }

    /** {@code run_log.kind}: what was loaded. */
    public enum Kind {
        SNAPSHOT,
        RANGE
    }

    private enum RunOutcome {
        LOADED,
        FAILED
    }

    /** The server process of a load. */
    public record Backend(int pid, OffsetDateTime startedAt) {
        public Backend {
            requireNonNull(startedAt, "startedAt is null");
        }
    }

    /**
     * A load that ended.
     *
     * @param previous the table that was swapped out, empty for none
     * @param remark empty when there is nothing to say
     * @param incomplete why rows of the source are missing; empty if none are
     */
    public record Run(
            TableId table,
            String snapshotId,
            long rows,
            Duration elapsed,
            String storage,
            String previous,
            String remark,
            String incomplete) {
        public Run {
            requireNonNull(table, "table is null");
            requireNonNull(snapshotId, "snapshotId is null");
            requireNonNull(elapsed, "elapsed is null");
        }
    }

    /** The load of a table that was begun and has not ended. */
    public Optional<Backend> running(Connection connection, TableId table) throws SQLException {
        String sql = """
                SELECT load_pid, load_backend_start FROM %s
                WHERE table_schema = ? AND table_name = ? AND load_pid IS NOT NULL
                """.formatted(schema.tableState());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Backend(rows.getInt(1), rows.getObject(2, OffsetDateTime.class)))
                        : Optional.empty();
            }
        }
    }

    /** Notes a load that begins. */
    public void started(Connection connection, TableId table, String snapshotId, Backend backend) throws SQLException {
        String sql = """
                UPDATE %s SET load_snapshot_id = ?, load_pid = ?, load_backend_start = ?
                WHERE table_schema = ? AND table_name = ?
                """.formatted(schema.tableState());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, snapshotId);
            statement.setInt(2, backend.pid());
            statement.setObject(3, backend.startedAt());
            statement.setString(4, table.schema());
            statement.setString(5, table.name());
            statement.executeUpdate();
        }
    }

    /** Notes what a load did, in its transaction. */
    public void finished(Connection connection, Run run, List<String> columns, TableStructure structure)
            throws SQLException {
        updateState(connection, run, columns);
        insertRun(connection, run, Kind.SNAPSHOT, RunOutcome.LOADED);
        storeStructure(connection, run.table(), structure);
    }

    /** Notes what a load of a range did, in its transaction. */
    public void finishedRange(Connection connection, Run run, List<String> columns) throws SQLException {
        String sql = """
                UPDATE %s
                SET snapshot_id = ?, applied_at = clock_timestamp(), incomplete = coalesce(nullif(?, ''), incomplete),
                    incomplete_at = CASE WHEN ? = '' THEN incomplete_at ELSE clock_timestamp() END,
                    known_columns = ARRAY(SELECT DISTINCT name FROM unnest(known_columns || ?::text[]) AS name),
                    load_snapshot_id = NULL, load_pid = NULL, load_backend_start = NULL
                WHERE table_schema = ? AND table_name = ?
                """.formatted(schema.tableState());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, run.snapshotId());
            statement.setString(2, run.incomplete());
            statement.setString(3, run.incomplete());
            statement.setArray(4, connection.createArrayOf("text", columns.toArray()));
            statement.setString(5, run.table().schema());
            statement.setString(6, run.table().name());
            statement.executeUpdate();
        }
        insertRun(connection, run, Kind.RANGE, RunOutcome.LOADED);
    }

    /** Notes a load that was rolled back; its remark says why. */
    public void failed(Connection connection, Run run, Kind kind) throws SQLException {
        insertRun(connection, run, kind, RunOutcome.FAILED);
    }

    /** Notes that a table does not hold all rows of its source, until a snapshot of it is finished. */
    public void incomplete(Connection connection, TableId table, String reason) throws SQLException {
        String sql = """
                UPDATE %s SET incomplete = ?, incomplete_at = clock_timestamp()
                WHERE table_schema = ? AND table_name = ?
                """.formatted(schema.tableState());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, reason);
            statement.setString(2, table.schema());
            statement.setString(3, table.name());
            statement.executeUpdate();
        }
    }

    private void updateState(Connection connection, Run run, List<String> columns) throws SQLException {
        String sql = """
                UPDATE %s
                SET snapshot_id = ?, snapshot_at = clock_timestamp(), snapshot_rows = ?, snapshot_seconds = ?,
                    storage_table = ?,
                    previous_table = nullif(?, ''),
                    known_columns = ARRAY(SELECT DISTINCT name FROM unnest(known_columns || ?::text[]) AS name ORDER BY name),
                    load_snapshot_id = NULL, load_pid = NULL,
                    load_backend_start = NULL, applied_at = clock_timestamp(), incomplete = nullif(?, ''),
                    incomplete_at = CASE WHEN ? <> '' THEN clock_timestamp() END
                WHERE table_schema = ? AND table_name = ?
                """.formatted(schema.tableState());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, run.snapshotId());
            statement.setLong(2, run.rows());
            statement.setDouble(3, seconds(run));
            statement.setString(4, run.storage());
            statement.setString(5, run.previous());
            statement.setArray(6, connection.createArrayOf("text", columns.toArray()));
            statement.setString(7, run.incomplete());
            statement.setString(8, run.incomplete());
            statement.setString(9, run.table().schema());
            statement.setString(10, run.table().name());
            statement.executeUpdate();
        }
    }

    private static double seconds(Run run) {
        return run.elapsed().toMillis() / 1000.0;
    }

    private void insertRun(Connection connection, Run run, Kind kind, RunOutcome outcome) throws SQLException {
        if (runLog == RunLog.LEFT_OUT) {
            return;
        }
        String sql = """
                INSERT INTO %s (table_schema, table_name, connector, kind, snapshot_id, started_at, rows, seconds, detail,
                                outcome)
                VALUES (?, ?, ?, ?, ?, clock_timestamp() - make_interval(secs => ?), ?, ?, nullif(?, ''), ?)
                """.formatted(schema.runLog());
        double seconds = seconds(run);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, run.table().schema());
            statement.setString(2, run.table().name());
            statement.setString(3, connector);
            statement.setString(4, kind.name().toLowerCase(Locale.ROOT));
            statement.setString(5, run.snapshotId());
            statement.setDouble(6, seconds);
            statement.setLong(7, run.rows());
            statement.setDouble(8, seconds);
            statement.setString(9, run.remark());
            statement.setString(10, outcome.name().toLowerCase(Locale.ROOT));
            statement.executeUpdate();
        }
    }

    private void storeStructure(Connection connection, TableId table, TableStructure structure) throws SQLException {
        String sql = """
                INSERT INTO %s (table_schema, table_name, structure) VALUES (?, ?, ?::jsonb)
                ON CONFLICT (table_schema, table_name)
                DO UPDATE SET structure = excluded.structure, updated_at = now()
                """.formatted(schema.tableStructure());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            statement.setString(3, JSON.writeValueAsString(structure));
            statement.executeUpdate();
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Cannot write " + structure + " as JSON", impossible);
        }
    }
}
