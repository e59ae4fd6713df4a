// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.offset;

import io.tablecast.sink.metadata.MetadataSchema;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions of earlier owners that stand still in the middle of a transaction. A process that is stopped keeps its
 * connections and all its locks, and its successor would wait for it for ever.
 */
final class StoppedWriters {

    private static final Logger LOG = LoggerFactory.getLogger(StoppedWriters.class);

    private StoppedWriters() {}

    /**
     * Ends those that have written to partitions. What they have not committed is rolled back; one that only was slow writes
     * it again, as far as its partitions are still its own.
     */
    static void end(Connection connection, MetadataSchema schema, String namespace, Array topics, Array partitions)
            throws SQLException {
        String sql = """
                SELECT activity.pid, pg_catalog.pg_terminate_backend(activity.pid, 10000)
                FROM pg_catalog.pg_stat_activity AS activity
                WHERE activity.pid <> pg_catalog.pg_backend_pid()
                  AND activity.datname = pg_catalog.current_database() AND activity.usename = CURRENT_USER
                  AND activity.application_name = pg_catalog.current_setting('application_name')
                  AND activity.wait_event = 'ClientRead'
                  AND activity.xact_start < clock_timestamp() - interval '3 s'
                  AND activity.state_change < clock_timestamp() - interval '3 s'
                  AND activity.pid IN (
                      SELECT stored.writer_pid FROM %s AS stored
                      WHERE stored.namespace = ?
                        AND (stored.topic, stored.partition)
                            IN (SELECT topic, partition FROM unnest(?, ?) AS w (topic, partition)))
                """.formatted(schema.sinkOffset());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, namespace);
            statement.setArray(2, topics);
            statement.setArray(3, partitions);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    LOG.warn(
                            "Ended session {}, which stood still in the middle of a transaction: the task that wrote"
                                    + " these partitions before has stopped",
                            rows.getInt(1));
                }
            }
        }
    }
}
