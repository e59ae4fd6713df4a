// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.Mode;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceFailures;
import io.tablecast.source.queue.UnusedQueues;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.connector.ConnectorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches which tables the include list matches, and asks Connect for new tasks when that changes. Queues of tables that
 * are left out from then on are given up.
 */
final class TableMonitor {

    private static final Logger LOG = LoggerFactory.getLogger(TableMonitor.class);
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration SERVER_PATIENCE = Duration.ofSeconds(20);

    private final SourceSettings settings;
    private final ConnectorContext context;
    private final Connections connections;
    private final UnusedQueues unusedQueues;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile List<TableId> assigned;

    TableMonitor(SourceSettings settings, ConnectorContext context) {
        this.settings = settings;
        this.context = context;
        this.connections = new Connections(settings.connection());
        this.unusedQueues = new UnusedQueues(settings);
        this.thread = new Thread(
                this::run, "tablecast-monitor-" + settings.connection().connector());
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void stop() {
        stop.countDown();
    }

    /**
     * The tables to assign to tasks now.
     *
     * @throws org.apache.kafka.connect.errors.ConnectException when the source cannot be asked; Connect tries again
     */
    List<TableId> tables() {
        try (Connection connection = connections.open(SERVER_PATIENCE)) {
            List<TableId> found = find(connection);
            if (found.isEmpty()) {
                LOG.warn(
                        "table.include.list matches no table of {}; looking again every {} s",
                        connections.target(),
                        INTERVAL.toSeconds());
            }
            assigned = found;
            return found;
        } catch (SQLException e) {
            throw SourceFailures.of("Cannot list the tables to capture", connections, e);
        }
    }

    private void run() {
        try {
            while (!stop.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                lookAgain();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An unexpected failure must not end the watching; nobody would notice. */
    private void lookAgain() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.error("Looking for new tables in {} failed", connections.target(), e);
        }
    }

    private void look() {
        List<TableId> known = assigned;
        if (known == null) {
            return; // no tasks were asked for yet
        }
        try (Connection connection = connections.open(SERVER_PATIENCE)) {
            List<TableId> found = find(connection);
            if (!found.equals(known)) {
                LOG.info("Tables to capture have changed from {} to {}; asking for new tasks", known, found);
                context.requestTaskReconfiguration();
                return;
            }
            unusedQueues.leaveAllBut(connection, queued(found));
        } catch (SQLException e) {
            LOG.warn(
                    "Cannot look for new tables in {}; trying again in {} s: {}",
                    connections.target(),
                    INTERVAL.toSeconds(),
                    e.getMessage());
        }
    }

    private List<TableId> queued(List<TableId> tables) {
        return tables.stream()
                .filter(table -> settings.of(table).mode() == Mode.QUEUE)
                .toList();
    }

    private List<TableId> find(Connection connection) throws SQLException {
        return new SourceCatalog(connection, settings.records())
                .capturedTables(settings.tables(), settings.queue().schema());
    }
}
