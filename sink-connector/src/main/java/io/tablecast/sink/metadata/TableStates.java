// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.structure.FormerNames;
import io.tablecast.sink.structure.TableLock;
import io.tablecast.sink.structure.WrittenColumns;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/** The table {@code table_state}: whose each destination is, and what was applied to it last. */
public final class TableStates {

    // What a successful flush may take back; other reasons need a copy of the table.
    private static final String QUARANTINED = "quarantined: ";

    private final MetadataSchema schema;
    private final String connector;

    public TableStates(MetadataSchema schema, String connector) {
        this.schema = requireNonNull(schema, "schema is null");
        this.connector = requireNonNull(connector, "connector is null");
    }

    /**
     * What was applied to a table in one transaction.
     *
     * @param sourceTime when the last of the changes happened at the source
     */
    public record Applied(TableId table, long rows, Optional<Instant> sourceTime) {
        public Applied {
            requireNonNull(table, "table is null");
        }
    }

    /**
     * Makes the table this connector's, in the caller's transaction.
     *
     * @throws TableTakenException if it is another connector's
     */
    public void claim(Connection connection, TableId table) throws SQLException {
        Optional<String> owner = owner(connection, table);
        if (owner.isEmpty()) {
            TableLock.acquire(connection, table);
            insert(connection, table);
            owner = owner(connection, table);
        }
        requireOwn(table, owner.orElse(""));
    }

    /**
     * Looks whose a table is without making it this connector's.
     *
     * @throws TableTakenException if it is another connector's
     */
    public void requireClaimable(Connection connection, TableId table) throws SQLException {
        requireOwn(table, owner(connection, table).orElse(connector));
    }

    private void requireOwn(TableId table, String owner) {
        if (!owner.equals(connector)) {
            throw new TableTakenException("Table " + table + " belongs to connector \"" + owner
                    + "\", and one table cannot follow two. Give connector \"" + connector
                    + "\" another table by table.mapping or table.name.format. If \"" + owner
                    + "\" is gone for good: DELETE FROM " + schema.tableState() + " WHERE table_schema = '"
                    + table.schema().replace("'", "''") + "' AND table_name = '"
                    + table.name().replace("'", "''") + "'");
        }
    }

    /** Notes, in the caller's transaction, that nothing is written to a table until it is copied again or tried anew. */
    public void quarantine(Connection connection, TableId table, String cause) throws SQLException {
        if (owner(connection, table).filter(owner -> !owner.equals(connector)).isPresent()) {
            // What the row says is for its own connector to say.
            return;
        }
        claim(connection, table);
        String sql = """
                UPDATE %s SET incomplete = ?, incomplete_at = clock_timestamp()
                WHERE table_schema = ? AND table_name = ?
                """.formatted(schema.tableState());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, QUARANTINED + cause.replace("\0", "\\0"));
            statement.setString(2, table.schema());
            statement.setString(3, table.name());
            statement.executeUpdate();
        }
    }

    /** Notes what a transaction has applied, within it. */
    public void applied(Connection connection, List<Applied> tables) throws SQLException {
        String sql = """
                UPDATE %s AS state
                SET applied_at = clock_timestamp(),
                    source_time = coalesce(done.source_time, state.source_time),
                    lag_seconds =
                        coalesce(extract(epoch FROM clock_timestamp() - done.source_time), state.lag_seconds),
                    rows_applied = state.rows_applied + done.rows,
                    incomplete = CASE WHEN starts_with(state.incomplete, ?) THEN NULL ELSE state.incomplete END
                FROM unnest(?, ?, ?, ?::timestamptz[]) AS done (table_schema, table_name, rows, source_time)
                WHERE state.table_schema = done.table_schema AND state.table_name = done.table_name
                """.formatted(schema.tableState());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, QUARANTINED);
            statement.setArray(
                    2,
                    array(
                            connection,
                            "text",
                            tables.stream().map(done -> done.table().schema())));
            statement.setArray(
                    3,
                    array(
                            connection,
                            "text",
                            tables.stream().map(done -> done.table().name())));
            statement.setArray(4, array(connection, "int8", tables.stream().map(Applied::rows)));
            statement.setArray(
                    5,
                    array(
                            connection,
                            "text",
                            tables.stream()
                                    .map(done -> done.sourceTime()
                                            .map(Instant::toString)
                                            .orElse(null))));
            statement.executeUpdate();
        }
    }

    /** What this connector has written to the table so far. */
    public WrittenColumns written(Connection connection, TableId table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT known_columns, required_columns FROM "
                + schema.tableState() + " WHERE table_schema = ? AND table_name = ?")) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? new WrittenColumns(texts(rows.getArray(1)), texts(rows.getArray(2)))
                        : WrittenColumns.NONE;
            }
        }
    }

    /** How long the last snapshot of a table took from begin to end; zero if there was none. */
    public Duration lastLoad(Connection connection, TableId table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT coalesce(snapshot_seconds, 0) FROM "
                + schema.tableState() + " WHERE table_schema = ? AND table_name = ?")) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Duration.ofMillis((long) (rows.getDouble(1) * 1000)) : Duration.ZERO;
            }
        }
    }

    /** The last finished snapshot of each table of this connector. */
    public Map<TableId, String> snapshots(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT table_schema, table_name, snapshot_id FROM " + schema.tableState()
                        + " WHERE connector = ? AND snapshot_id IS NOT NULL")) {
            statement.setString(1, connector);
            try (ResultSet rows = statement.executeQuery()) {
                Map<TableId, String> snapshots = new HashMap<>();
                while (rows.next()) {
                    snapshots.put(new TableId(rows.getString(1), rows.getString(2)), rows.getString(3));
                }
                return snapshots;
            }
        }
    }

    /** Notes the columns of rows that this connector writes from now on, and which of them every row has, where that is new. */
    public void written(Connection connection, TableId table, Schema row) throws SQLException {
        String sql = """
                UPDATE %s AS state
                SET known_columns = ARRAY(
                        SELECT DISTINCT name FROM unnest(state.known_columns || written.names) AS name ORDER BY name),
                    required_columns = ARRAY(
                        SELECT name FROM unnest(state.required_columns) AS name WHERE name <> ALL (written.names)
                        UNION SELECT unnest(written.required) ORDER BY 1)
                FROM (SELECT ?::text[] AS names, ?::text[] AS required) AS written
                WHERE table_schema = ? AND table_name = ?
                  AND NOT (state.known_columns @> written.names AND state.required_columns @> written.required
                           AND NOT state.required_columns && ?::text[])
                """.formatted(schema.tableState());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, names(connection, row, field -> true));
            statement.setArray(
                    2, names(connection, row, field -> !field.schema().isOptional()));
            statement.setString(3, table.schema());
            statement.setString(4, table.name());
            statement.setArray(5, names(connection, row, field -> field.schema().isOptional()));
            statement.executeUpdate();
        }
    }

    private static Array names(Connection connection, Schema row, Predicate<Field> wanted) throws SQLException {
        return array(connection, "text", row.fields().stream().filter(wanted).map(ColumnNames::of));
    }

    private static Set<String> texts(Array array) throws SQLException {
        return Set.of((String[]) array.getArray());
    }

    /** What the columns of a table were called before this connector renamed them. */
    public FormerNames formerNames(Connection connection, TableId table) throws SQLException {
        String sql = """
                SELECT former.key, former.value FROM %s, jsonb_each_text(former_names) AS former
                WHERE table_schema = ? AND table_name = ?
                """.formatted(schema.tableState());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                Map<String, String> names = new HashMap<>();
                while (rows.next()) {
                    names.put(rows.getString(1), rows.getString(2));
                }
                return new FormerNames(names);
            }
        }
    }

    /** Notes what the columns of a table were called before, in the transaction that renames them. */
    public void keepFormerNames(Connection connection, TableId table, FormerNames names) throws SQLException {
        List<Map.Entry<String, String>> entries = List.copyOf(names.next().entrySet());
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + schema.tableState()
                + " SET former_names = jsonb_object(?, ?) WHERE table_schema = ? AND table_name = ?")) {
            statement.setArray(1, array(connection, "text", entries.stream().map(Map.Entry::getKey)));
            statement.setArray(2, array(connection, "text", entries.stream().map(Map.Entry::getValue)));
            statement.setString(3, table.schema());
            statement.setString(4, table.name());
            statement.executeUpdate();
        }
    }

    private static Array array(Connection connection, String type, java.util.stream.Stream<?> values)
            throws SQLException {
        return connection.createArrayOf(type, values.toArray());
    }

    private Optional<String> owner(Connection connection, TableId table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT connector FROM " + schema.tableState() + " WHERE table_schema = ? AND table_name = ?")) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    private void insert(Connection connection, TableId table) throws SQLException {
        String sql = """
                INSERT INTO %s (table_schema, table_name, connector) VALUES (?, ?, ?)
                ON CONFLICT (table_schema, table_name) DO NOTHING
                """.formatted(schema.tableState());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            statement.setString(3, connector);
            statement.executeUpdate();
        }
    }
}
