// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** The table {@code staged_load}: loads that go on where they were after a restart. Works in the caller's transaction. */
public final class StagedLoadRecords {

    private final MetadataSchema schema;
    private final String namespace;

    public StagedLoadRecords(MetadataSchema schema, String namespace) {
        this.schema = requireNonNull(schema, "schema is null");
        this.namespace = requireNonNull(namespace, "namespace is null");
    }

    /**
     * A staged load.
     *
     * @param beginMarker the header of the record that began it
     * @param epoch under which it was begun, which is part of its table's name
     * @param followsLive whether changes are applied to the destination as well
     * @param knownColumns what the connector had written to the destination before
     * @param lastOrdinal of the last row that was written
     * @param rows how many rows came
     */
    public record Note(
            TopicPartition partition,
            TableId table,
            String beginMarker,
            long beginOffset,
            long epoch,
            boolean followsLive,
            Set<String> knownColumns,
            long lastOrdinal,
            long rows,
            Instant startedAt) {
        public Note {
            requireNonNull(partition, "partition is null");
            requireNonNull(table, "table is null");
            requireNonNull(beginMarker, "beginMarker is null");
            knownColumns = Set.copyOf(knownColumns);
            requireNonNull(startedAt, "startedAt is null");
        }
    }

    /** Writes down how far a load is. */
    public void write(Connection connection, Note note) throws SQLException {
        String sql = """
                INSERT INTO %s (namespace, topic, partition, table_schema, table_name, begin_marker, begin_offset,
                                          epoch, follows_live, known_columns, last_ordinal, rows, started_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (namespace, topic, partition, table_schema, table_name) DO UPDATE
                SET begin_marker = excluded.begin_marker, begin_offset = excluded.begin_offset, epoch = excluded.epoch,
                    follows_live = excluded.follows_live, known_columns = excluded.known_columns,
                    last_ordinal = excluded.last_ordinal, rows = excluded.rows,
                    started_at = excluded.started_at,
                    updated_at = now()
                """.formatted(schema.stagedLoad());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            where(statement, note.partition());
            statement.setString(4, note.table().schema());
            statement.setString(5, note.table().name());
            statement.setString(6, note.beginMarker());
            statement.setLong(7, note.beginOffset());
            statement.setLong(8, note.epoch());
            statement.setBoolean(9, note.followsLive());
            statement.setArray(
                    10, connection.createArrayOf("text", note.knownColumns().toArray()));
            statement.setLong(11, note.lastOrdinal());
            statement.setLong(12, note.rows());
            statement.setObject(13, note.startedAt().atOffset(ZoneOffset.UTC));
            statement.executeUpdate();
        }
    }

    /** Whether a load is as far as the note says. */
    public boolean isWritten(Connection connection, Note note) throws SQLException {
        return of(connection, List.of(note.partition())).contains(note);
    }

    /** The loads that were begun in the partitions and have not ended. */
    public List<Note> of(Connection connection, Collection<TopicPartition> partitions) throws SQLException {
        String sql = """
                SELECT table_schema, table_name, begin_marker, begin_offset, epoch, follows_live, known_columns,
                       last_ordinal, rows, started_at
                FROM %s WHERE namespace = ? AND topic = ? AND partition = ?
                """.formatted(schema.stagedLoad());
        List<Note> notes = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (TopicPartition partition : partitions) {
                where(statement, partition);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        notes.add(note(partition, rows));
                    }
                }
            }
        }
        return notes;
    }

    private static Note note(TopicPartition partition, ResultSet rows) throws SQLException {
        return new Note(
                partition,
                new TableId(rows.getString(1), rows.getString(2)),
                rows.getString(3),
                rows.getLong(4),
                rows.getLong(5),
                rows.getBoolean(6),
                Set.of((String[]) rows.getArray(7).getArray()),
                rows.getLong(8),
                rows.getLong(9),
                rows.getObject(10, OffsetDateTime.class).toInstant());
    }

    /** Forgets a load that has ended. */
    public void remove(Connection connection, TopicPartition partition, TableId table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM " + schema.stagedLoad()
                + " WHERE namespace = ? AND topic = ? AND partition = ? AND table_schema = ? AND table_name = ?")) {
            where(statement, partition);
            statement.setString(4, table.schema());
            statement.setString(5, table.name());
            statement.executeUpdate();
        }
    }

    /** Forgets all loads of partitions, whose offsets are set from outside. */
    public void removeAll(Connection connection, Collection<TopicPartition> partitions) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "DELETE FROM " + schema.stagedLoad() + " WHERE namespace = ? AND topic = ? AND partition = ?")) {
            for (TopicPartition partition : partitions) {
                where(statement, partition);
                statement.executeUpdate();
            }
        }
    }

    private void where(PreparedStatement statement, TopicPartition partition) throws SQLException {
        statement.setString(1, namespace);
        statement.setString(2, partition.topic());
        statement.setInt(3, partition.partition());
    }
}
