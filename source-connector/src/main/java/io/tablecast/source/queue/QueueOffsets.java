// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.offset.TableOffset;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.queue.QueueConsumers.Consumer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Checks offsets that a user sends against the queues: one that its queue cannot serve would be a copy in disguise. */
public final class QueueOffsets {

    private final QueueRegistry registry;
    private final String consumer;
    private final QueuePositions positions;

    public QueueOffsets(SourceSettings settings) {
        this.registry = new QueueRegistry(settings.queue().schema());
        this.consumer = QueueConsumers.name(
                settings.connection().connector(), settings.records().topicPrefix());
        this.positions = new QueuePositions(new QueueProbe(registry, consumer), settings.records());
    }

    /** Why a table cannot go on at an offset; empty if it can. */
    public Optional<String> obstacle(Connection connection, SourceTable table, TableOffset.Window position)
            throws SQLException {
        Optional<InstalledQueue> queue = registry.find(connection, table.id());
        if (queue.isEmpty()) {
            return Optional.of("it has no queue in schema \"" + registry.schema() + "\"");
        }
        Optional<PgSnapshot> keptSince = QueueConsumers.alive(connection, registry, table.id()).stream()
                .filter(alive -> alive.name().equals(consumer))
                .map(Consumer::confirmed)
                .findFirst();
        return positions.obstacle(connection, table, queue.get(), keptSince, position);
    }
}
