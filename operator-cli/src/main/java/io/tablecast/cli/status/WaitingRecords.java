// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.status;

import io.tablecast.cli.pipeline.PipelineSink;
import io.tablecast.sink.metadata.MetadataSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** For how long records have been standing in Kafka that a sink's destination does not have. */
final class WaitingRecords {

    private WaitingRecords() {}

    /** By topic, in seconds; topics whose records were all written are left out. */
    static Map<String, Double> read(PipelineSink sink, KafkaLog kafka) throws SQLException {
        Map<String, Double> seconds = new HashMap<>();
        Map<TopicPartition, Long> next = next(sink);
        if (next.isEmpty()) {
            return seconds;
        }
        Instant now = Instant.now();
        kafka.oldestWaiting(next)
                .forEach((partition, since) -> seconds.merge(
                        partition.topic(),
                        Math.max(0, Duration.between(since, now).toMillis()) / 1000.0,
                        Math::max));
        return seconds;
    }

    private static Map<TopicPartition, Long> next(PipelineSink sink) throws SQLException {
        Map<TopicPartition, Long> next = new HashMap<>();
        MetadataSchema schema = sink.metadata();
        try (Connection connection = sink.open()) {
            if (!DestinationStates.exists(connection, schema.sinkOffset())) {
                return next;
            }
            String sql = "SELECT topic, partition, coalesce(next_offset, 0) FROM " + schema.sinkOffset()
                    + " WHERE connector = ?";
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, sink.connector().name());
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        next.put(new TopicPartition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
                    }
                }
            }
        }
        next.keySet().removeIf(partition -> !sink.takes(partition.topic()));
        return next;
    }
}
