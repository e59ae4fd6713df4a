// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.mysql.MySqlCatalog;
import io.tablecast.source.mysql.MySqlConnections;
import io.tablecast.source.mysql.MySqlFailures;
import io.tablecast.source.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.connector.ConnectorContext;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches which tables of a MySQL or MariaDB server the include list matches, and asks Connect for new tasks when that
 * changes: a new table is read without a restart by hand, and one that is gone is no longer read.
 */
final class MySqlTableMonitor {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlTableMonitor.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration SERVER_PATIENCE = Duration.ofSeconds(20);

    private final MySqlSettings settings;
    private final MySqlConnections connections;
    private final ConnectorContext context;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile Set<TableId> assigned;

    MySqlTableMonitor(MySqlSettings settings, ConnectorContext context) {
        this.settings = settings;
        this.connections = new MySqlConnections(settings.connection());
        this.context = context;
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
     * @throws ConnectException when the source cannot be asked; Connect tries again
     */
    List<TableId> tables() {
        try {
            List<TableId> found = find();
            if (found.isEmpty()) {
                LOG.warn(
                        "table.include.list matches no table of {}; looking again every {} s",
                        connections.target(),
                        INTERVAL.toSeconds());
            }
            assigned = Set.copyOf(found);
            return found;
        } catch (SQLException e) {
            throw MySqlFailures.of("Cannot list the tables to capture", connections, e);
        }
    }

    private void run() {
        try {
            while (!stop.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A failure must not end the watching; nobody would notice. */
    private void look() {
        Set<TableId> known = assigned;
        if (known == null) {
            return; // no tasks were asked for yet
        }
        try {
            Set<TableId> found = Set.copyOf(find());
            if (!found.equals(known)) {
                LOG.info("The tables to capture have changed from {} to {}; asking for new tasks", known, found);
                context.requestTaskReconfiguration();
            }
        } catch (SQLException | RuntimeException e) {
            LOG.warn(
                    "Cannot look for new tables at {}; trying again in {} s: {}",
                    connections.target(),
                    INTERVAL.toSeconds(),
                    e.getMessage());
        }
    }

    private List<TableId> find() throws SQLException {
        try (Connection connection = connections.open(SERVER_PATIENCE)) {
            return new MySqlCatalog(connection, MySqlServer.read(connection)).tables(settings.tables());
        }
    }
}
