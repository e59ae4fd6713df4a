// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.Mode;
import io.tablecast.source.config.OnTableError;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.metrics.ConnectorMetrics;
import io.tablecast.source.postgres.CapturedTable;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceFailures;
import io.tablecast.source.queue.UnusedQueues;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceConnectorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches which tables the include list matches, and asks Connect for new tasks when that changes: a new table is read
 * without a restart by hand, and one that is gone is reported and no longer read. Queues of tables that are left out from
 * then on are given up.
 */
final class TableMonitor {

    private static final Logger LOG = LoggerFactory.getLogger(TableMonitor.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration SERVER_PATIENCE = Duration.ofSeconds(20);

    private final SourceSettings settings;
    private final SourceConnectorContext context;
    private final ConnectorMetrics metrics;
    private final Connections connections;
    private final UnusedQueues unusedQueues;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile Set<TableId> assigned;
    private volatile Set<String> reported = Set.of();

    TableMonitor(SourceSettings settings, SourceConnectorContext context, ConnectorMetrics metrics) {
        this.settings = settings;
        this.context = context;
        this.metrics = metrics;
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
     * @throws ConnectException when the source cannot be asked; Connect tries again
     */
    List<CapturedTable> tables() {
        try (Connection connection = connections.open(SERVER_PATIENCE)) {
            List<CapturedTable> found = find(connection);
            if (found.isEmpty()) {
                LOG.warn(
                        "table.include.list matches no table of {}; looking again every {} s",
                        connections.target(),
                        INTERVAL.toSeconds());
            }
            report(ids(found));
            assigned = ids(found);
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
        Set<TableId> known = assigned;
        if (known == null) {
            return; // no tasks were asked for yet
        }
        try (Connection connection = connections.open(SERVER_PATIENCE)) {
            Set<TableId> found = ids(find(connection));
            if (!found.equals(known)) {
                LOG.info("The tables to capture have changed; asking for new tasks");
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

    /** Tells what has come and gone since tasks were last made. */
    private void report(Set<TableId> found) {
        Set<TableId> known = assigned;
        if (known == null) {
            return;
        }
        Set<TableId> added = new TreeSet<>(found);
        added.removeAll(known);
        if (!added.isEmpty()) {
            LOG.info("Capturing {} from now on, which table.include.list matches", added);
        }
        Set<TableId> gone = new TreeSet<>(known);
        gone.removeAll(found);
        if (!gone.isEmpty()) {
            metrics.dropped(gone.size());
            LOG.warn(
                    "{} are not at the source any more: dropped, renamed or moved. Their offsets stay, and so do the"
                            + " destination's rows; a table that comes back under its name is copied again",
                    gone);
        }
    }

    private List<TableId> queued(Set<TableId> tables) {
        return tables.stream()
                .filter(table -> settings.of(table).mode() == Mode.QUEUE)
                .sorted()
                .toList();
    }

    private List<CapturedTable> find(Connection connection) throws SQLException {
        List<CapturedTable> found = new SourceCatalog(connection, settings.records())
                .capturedTablesWithSizes(settings.tables(), settings.queue().schema());
        TopicFaults faults = TopicFaults.of(settings, ids(found), this::isRead);
        report(faults);
        metrics.list(found.size() - faults.tables().size(), faults.tables().size());
        return found.stream()
                .filter(table -> !faults.tables().contains(table.id()))
                .toList();
    }

    /** Each fault once, not at every look. */
    private void report(TopicFaults faults) {
        if (!faults.messages().isEmpty() && settings.tableDefaults().onTableError() == OnTableError.FAIL) {
            ConnectException failure = new ConnectException(String.join(" ", faults.messages()));
            context.raiseError(failure);
            throw failure;
        }
        faults.messages().stream()
                .filter(message -> !reported.contains(message))
                .forEach(message -> LOG.error("{} Until then {} are not captured", message, faults.tables()));
        reported = Set.copyOf(faults.messages());
    }

    private boolean isRead(TableId table) {
        Set<TableId> known = assigned;
        if (known != null && known.contains(table)) {
            return true;
        }
        SourcePartition partition = new SourcePartition(settings.records().topicPrefix(), table);
        return context.offsetStorageReader().offset(partition.toMap()) != null;
    }

    private static Set<TableId> ids(List<CapturedTable> tables) {
        return tables.stream().map(CapturedTable::id).collect(Collectors.toUnmodifiableSet());
    }
}
