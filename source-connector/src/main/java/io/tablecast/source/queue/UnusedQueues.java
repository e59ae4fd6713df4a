// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.QueueSetupMode;
import io.tablecast.source.config.SourceSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a connector's reading of queues whose tables it does not follow any more, because the configuration leaves them
 * out or names another mode. Otherwise these queues would grow for ever. Queues that other connectors read stay.
 */
public final class UnusedQueues {

    private static final Logger LOG = LoggerFactory.getLogger(UnusedQueues.class);

    /** A task that reads a queue shows itself every minute. */
    private static final Duration AGE = Duration.ofMinutes(5);

    /** Whoever looks for new tables is not kept from it, and a minute is longer than a read from the server may take. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final QueueRegistry registry;
    private final QueueSetup setup;
    private final QueueSetupMode mode;
    private final String consumer;

    public UnusedQueues(SourceSettings settings) {
        this.registry = new QueueRegistry(settings.queue().schema());
        this.setup = new QueueSetup(registry, PATIENCE);
        this.mode = settings.queue().setup();
        this.consumer = QueueConsumers.name(
                settings.connection().connector(), settings.records().topicPrefix());
    }

    /**
     * Leaves all queues but those of the given tables, once no task has read them for some minutes; a queue that nobody
     * else reads is removed. Where an administrator sets up queues, nothing is done.
     *
     * @param connection in autocommit mode
     * @param followed the tables in mode queue
     * @throws SQLException with SQLSTATE 55P03, and without having waited long, when others set up queues meanwhile
     * @throws org.apache.kafka.connect.errors.ConnectException when the role may not remove a queue
     */
    public void leaveAllBut(Connection connection, Collection<TableId> followed) throws SQLException {
        if (mode == QueueSetupMode.MANUAL || !registry.exists(connection)) {
            return;
        }
        for (TableId table : QueueConsumers.idle(connection, registry, consumer, AGE)) {
            if (followed.contains(table)) {
                continue;
            }
            connection.setAutoCommit(false);
            setup.unregister(
                    connection, consumer, table, connection.getMetaData().getUserName());
            connection.setAutoCommit(true);
            LOG.info("{} is not followed any more; its queue is no longer kept for this connector", table);
        }
    }
}
