// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.queue.QueueConsumers.Consumer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Checks offsets that a user sends against the queues: one that its queue cannot serve would be a copy in disguise. */
public final class QueueOffsets {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SourceSettings settings;
    private final QueueRegistry registry;
    private final String consumer;
    private final QueuePositions positions;

    public QueueOffsets(SourceSettings settings) {
        this.settings = settings;
        this.registry = new QueueRegistry(settings.queue().schema());
        this.consumer = QueueConsumers.name(
                settings.connection().connector(), settings.records().topicPrefix());
        this.positions = new QueuePositions(new QueueProbe(registry, consumer), settings.records());
    }

    /** What is wrong with which offset, one sentence each. Connects to the source. */
    public List<String> faults(Map<TableId, TableOffset.Window> offsets) throws SQLException {
        List<String> faults = new ArrayList<>();
        try (Connection connection = new Connections(settings.connection()).open(PATIENCE)) {
            for (Map.Entry<TableId, TableOffset.Window> offset : new TreeMap<>(offsets).entrySet()) {
                TableId table = offset.getKey();
                obstacle(connection, table, offset.getValue())
                        .ifPresent(obstacle ->
                                faults.add("The table " + table + " cannot go on at this offset: " + obstacle + "."));
            }
        }
        return faults;
    }

    private Optional<String> obstacle(Connection connection, TableId table, TableOffset.Window position)
            throws SQLException {
        Optional<SourceTable> found =
                new SourceCatalog(connection, settings.records()).table(table, settings.of(table));
        if (found.isEmpty()) {
            return Optional.of("it does not exist");
        }
        Optional<InstalledQueue> queue = registry.find(connection, table);
        if (queue.isEmpty()) {
            return Optional.of("it has no queue in schema \"" + registry.schema() + "\"");
        }
        Optional<PgSnapshot> keptSince = QueueConsumers.alive(connection, registry, table).stream()
                .filter(alive -> alive.name().equals(consumer))
                .map(Consumer::confirmed)
                .findFirst();
        return positions.obstacle(connection, found.get(), queue.get(), keptSince, position);
    }
}
