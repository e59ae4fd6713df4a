// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.metadata.MetadataSchema;
import io.tablecast.sink.metadata.Migrations;
import io.tablecast.sink.metadata.StagedLoadRecords;
import io.tablecast.sink.offset.SinkOffsets;
import io.tablecast.sink.postgres.Connections;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/** Carries out what users ask of offsets over Connect's REST interface. */
final class OffsetRequests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private OffsetRequests() {}

    /**
     * Sets the offsets stored in the destination, which win over the consumer group's; a null removes one. Connect asks with
     * an empty map to forget all offsets of a group that has committed none: then all go.
     */
    static boolean alter(SinkSettings settings, Map<TopicPartition, Long> requested) {
        requested.forEach(OffsetRequests::check);
        MetadataSchema schema = new MetadataSchema(settings.metadataSchema());
        SinkOffsets offsets = new SinkOffsets(
                schema, settings.namespace(), settings.connection().connector());
        Connections connections = new Connections(settings.connection());
        try (Connection connection = connections.open(PATIENCE)) {
            connection.setAutoCommit(false);
            Migrations.run(connection, schema);
            Map<TopicPartition, Long> all = requested.isEmpty() ? offsets.forgetting(connection) : requested;
            offsets.alter(connection, all);
            new StagedLoadRecords(schema, settings.namespace()).removeAll(connection, all.keySet());
            connection.commit();
            return true;
        } catch (SQLException e) {
            throw new ConnectException(
                    "Cannot set the offsets in " + connections.target() + ": " + e.getMessage()
                            + ". They are as they were; try again when the destination can be reached.",
                    e);
        }
    }

    private static void check(TopicPartition partition, Long offset) {
        if (offset != null && offset < 0) {
            throw new ConnectException("The offset of " + partition.topic() + "[" + partition.partition()
                    + "] cannot be " + offset + ": give one from 0, or null to have it forgotten.");
        }
    }
}
