// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.offset;

import static java.util.Objects.requireNonNull;

import io.tablecast.sink.metadata.MetadataSchema;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * The offsets stored in the destination. A claim takes a new epoch from a sequence; an offset moves only by the latest
 * claim and only from where the mover believes it to be, so that neither a task that was replaced nor a repeated
 * transaction writes anything twice. Immutable and thread-safe; all methods work in the caller's transaction.
 */
public final class SinkOffsets {

    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    private final MetadataSchema schema;
    private final String namespace;
    private final String connector;

    public SinkOffsets(MetadataSchema schema, String namespace, String connector) {
        this.schema = requireNonNull(schema, "schema is null");
        this.namespace = requireNonNull(namespace, "namespace is null");
        this.connector = requireNonNull(connector, "connector is null");
    }

    /** Takes partitions over. Whoever claimed them before can no longer move them once the transaction is committed. */
    public List<Claim> claim(Connection connection, Collection<TopicPartition> partitions) throws SQLException {
        List<TopicPartition> sorted = partitions.stream().sorted(ORDER).toList();
        String sql = """
                INSERT INTO %s AS stored (namespace, topic, partition, epoch, connector, writer_pid)
                SELECT ?, wanted.topic, wanted.partition, nextval(?), ?, pg_backend_pid()
                FROM unnest(?, ?) WITH ORDINALITY AS wanted (topic, partition, place)
                ORDER BY wanted.place
                ON CONFLICT (namespace, topic, partition) DO UPDATE
                SET epoch = excluded.epoch, connector = excluded.connector, claimed_at = now(),
                    writer_pid = excluded.writer_pid
                RETURNING topic, partition, next_offset, epoch
                """.formatted(schema.sinkOffset());
        StoppedWriters.end(connection, schema, namespace, topics(connection, sorted), numbers(connection, sorted));
        Map<TopicPartition, Claim> before = locked(connection, sorted);
        List<Claim> claims = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, namespace);
            statement.setObject(2, schema.sinkEpoch(), java.sql.Types.OTHER);
            statement.setString(3, connector);
            statement.setArray(4, topics(connection, sorted));
            statement.setArray(5, numbers(connection, sorted));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    TopicPartition partition = partition(rows);
                    long previous = before.containsKey(partition)
                            ? before.get(partition).epoch()
                            : Claim.NEVER_CLAIMED;
                    claims.add(new Claim(partition, next(rows, 3), rows.getLong(4), previous));
                }
            }
        }
        return claims;
    }

    /**
     * Makes known that this session writes the partitions from now on, so that a later claim ends it if it stands still.
     * To be committed before it writes: what stands still in the middle of a transaction shows nothing of it.
     */
    public void announce(Connection connection, Collection<Advance> advances) throws SQLException {
        List<Advance> sorted = advances.stream()
                .sorted(Comparator.comparing(Advance::partition, ORDER))
                .toList();
        String sql = """
                UPDATE %s AS stored SET writer_pid = pg_backend_pid()
                FROM unnest(?, ?, ?) AS own (topic, partition, epoch)
                WHERE stored.namespace = ? AND stored.topic = own.topic AND stored.partition = own.partition
                  AND stored.epoch = own.epoch
                """.formatted(schema.sinkOffset());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            List<TopicPartition> partitions =
                    sorted.stream().map(Advance::partition).toList();
            statement.setArray(1, topics(connection, partitions));
            statement.setArray(2, numbers(connection, partitions));
            statement.setArray(3, longs(connection, sorted.stream().map(Advance::epoch)));
            statement.setString(4, namespace);
            statement.executeUpdate();
        }
    }

    /**
     * Moves offsets as the last step before COMMIT.
     *
     * @throws FencedException if another task has claimed one of the partitions; the caller rolls back
     * @throws MovedException if the epochs are right but the offsets stand elsewhere; {@link #standing} tells where
     */
    public void advance(Connection connection, Collection<Advance> advances) throws SQLException {
        List<Advance> sorted = advances.stream()
                .sorted(Comparator.comparing(Advance::partition, ORDER))
                .toList();
        String sql = """
                UPDATE %s AS stored
                SET next_offset = moved.target, updated_at = clock_timestamp()
                FROM unnest(?, ?, ?, ?, ?) AS moved (topic, partition, origin, target, epoch)
                WHERE stored.namespace = ? AND stored.topic = moved.topic AND stored.partition = moved.partition
                  AND stored.epoch = moved.epoch AND coalesce(stored.next_offset, -1) = moved.origin
                """.formatted(schema.sinkOffset());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            List<TopicPartition> partitions =
                    sorted.stream().map(Advance::partition).toList();
            statement.setArray(1, topics(connection, partitions));
            statement.setArray(2, numbers(connection, partitions));
            statement.setArray(3, longs(connection, sorted.stream().map(Advance::from)));
            statement.setArray(4, longs(connection, sorted.stream().map(Advance::to)));
            statement.setArray(5, longs(connection, sorted.stream().map(Advance::epoch)));
            statement.setString(6, namespace);
            if (statement.executeUpdate() == sorted.size()) {
                return;
            }
        }
        if (standing(connection, sorted) == Standing.FENCED) {
            throw fenced(connection, sorted);
        }
        throw new MovedException();
    }

    /** Where the stored offsets stand, for a transaction whose fate is not known. Waits for one that is still open. */
    public Standing standing(Connection connection, Collection<Advance> advances) throws SQLException {
        Map<TopicPartition, Claim> stored =
                locked(connection, advances.stream().map(Advance::partition).toList());
        boolean isBefore = true;
        boolean isAfter = true;
        for (Advance advance : advances) {
            Claim now = stored.get(advance.partition());
            if (now == null || now.epoch() != advance.epoch()) {
                return Standing.FENCED;
            }
            isBefore &= now.next() == advance.from();
            isAfter &= now.next() == advance.to();
        }
        if (isAfter) {
            return Standing.AFTER;
        }
        return isBefore ? Standing.BEFORE : Standing.FENCED;
    }

    /** Explains which partition was taken over. */
    public FencedException fenced(Connection connection, Collection<Advance> advances) throws SQLException {
        Map<TopicPartition, Claim> stored =
                locked(connection, advances.stream().map(Advance::partition).toList());
        for (Advance advance : advances) {
            Claim now = stored.get(advance.partition());
            if (now == null) {
                return new FencedException(advance.partition(), namespace, "its stored offset was removed");
            }
            if (now.epoch() != advance.epoch()) {
                return new FencedException(
                        advance.partition(),
                        namespace,
                        "another task has claimed it (epoch " + now.epoch() + ", mine was " + advance.epoch() + ")");
            }
        }
        Advance first = advances.iterator().next();
        return new FencedException(
                first.partition(),
                namespace,
                "stored offset is "
                        + stored.get(first.partition()).next() + ", expected " + first.from()
                        + ". Another program wrote to " + schema.sinkOffset());
    }

    /**
     * Sets stored offsets for whoever claims the partitions next; a null removes the row. Tasks that hold them are
     * fenced.
     */
    public void alter(Connection connection, Map<TopicPartition, Long> offsets) throws SQLException {
        for (TopicPartition partition : offsets.keySet().stream().sorted(ORDER).toList()) {
            Long offset = offsets.get(partition);
            if (offset == null) {
                remove(connection, partition);
            } else {
                set(connection, partition, offset);
            }
        }
    }

    /** What {@link #alter} removes to leave nothing: a null for each partition that is stored. */
    public Map<TopicPartition, Long> forgetting(Connection connection) throws SQLException {
        Map<TopicPartition, Long> removed = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT topic, partition FROM " + schema.sinkOffset() + " WHERE namespace = ?")) {
            statement.setString(1, namespace);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    removed.put(partition(rows), null);
                }
            }
        }
        return removed;
    }

    private void remove(Connection connection, TopicPartition partition) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "DELETE FROM " + schema.sinkOffset() + " WHERE namespace = ? AND topic = ? AND partition = ?")) {
            statement.setString(1, namespace);
            statement.setString(2, partition.topic());
            statement.setInt(3, partition.partition());
            statement.executeUpdate();
        }
    }

    private void set(Connection connection, TopicPartition partition, long offset) throws SQLException {
        String sql = """
                INSERT INTO %s (namespace, topic, partition, next_offset, epoch, connector, updated_at)
                VALUES (?, ?, ?, ?, nextval(?), ?, now())
                ON CONFLICT (namespace, topic, partition) DO UPDATE
                SET next_offset = excluded.next_offset, epoch = excluded.epoch, updated_at = excluded.updated_at
                """.formatted(schema.sinkOffset());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, namespace);
            statement.setString(2, partition.topic());
            statement.setInt(3, partition.partition());
            statement.setLong(4, offset);
            statement.setObject(5, schema.sinkEpoch(), java.sql.Types.OTHER);
            statement.setString(6, connector);
            statement.executeUpdate();
        }
    }

    // FOR UPDATE waits for a transaction that has moved the offsets and whose COMMIT is still under way.
    private Map<TopicPartition, Claim> locked(Connection connection, List<TopicPartition> partitions)
            throws SQLException {
        String sql = """
                SELECT stored.topic, stored.partition, stored.next_offset, stored.epoch
                FROM %s AS stored
                WHERE stored.namespace = ?
                  AND (stored.topic, stored.partition) IN (SELECT topic, partition FROM unnest(?, ?) AS w (topic, partition))
                ORDER BY stored.topic, stored.partition
                FOR UPDATE OF stored
                """.formatted(schema.sinkOffset());
        Map<TopicPartition, Claim> stored = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, namespace);
            statement.setArray(2, topics(connection, partitions));
            statement.setArray(3, numbers(connection, partitions));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    TopicPartition partition = partition(rows);
                    stored.put(partition, new Claim(partition, next(rows, 3), rows.getLong(4), rows.getLong(4)));
                }
            }
        }
        return stored;
    }

    private static TopicPartition partition(ResultSet rows) throws SQLException {
        return new TopicPartition(rows.getString(1), rows.getInt(2));
    }

    private static long next(ResultSet rows, int column) throws SQLException {
        long next = rows.getLong(column);
        return rows.wasNull() ? Claim.NOTHING_WRITTEN : next;
    }

    private static Array topics(Connection connection, List<TopicPartition> partitions) throws SQLException {
        return connection.createArrayOf(
                "text", partitions.stream().map(TopicPartition::topic).toArray());
    }

    private static Array numbers(Connection connection, List<TopicPartition> partitions) throws SQLException {
        return connection.createArrayOf(
                "int4", partitions.stream().map(TopicPartition::partition).toArray());
    }

    private static Array longs(Connection connection, java.util.stream.Stream<Long> values) throws SQLException {
        return connection.createArrayOf("int8", values.toArray());
    }
}
