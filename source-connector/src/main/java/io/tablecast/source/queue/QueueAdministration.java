// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.KeyChoice;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.Mode;
import io.tablecast.source.config.NoKeyPolicy;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.postgres.SqlFailure;
import io.tablecast.source.postgres.TableLocks;
import io.tablecast.source.reading.Backoff;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The queues of one connector as an operator sees them. Connections are the caller's, without autocommit; what is done to
 * one table is one transaction. A table that is in use is tried again for as long as the given patience lasts.
 */
public final class QueueAdministration {

    /** Others that set up queues take a moment each, also for an operator who does not wait. */
    private static final Duration SHORTEST_WAIT_FOR_TURN = Duration.ofMillis(500);

    private final SourceSettings settings;
    private final QueueRegistry registry;
    private final String consumer;
    private final Duration patience;

    public QueueAdministration(SourceSettings settings, Duration patience) {
        this.settings = requireNonNull(settings, "settings is null");
        this.patience = requireNonNull(patience, "patience is null");
        this.registry = new QueueRegistry(settings.queue().schema());
        this.consumer = QueueConsumers.name(
                settings.connection().connector(), settings.records().topicPrefix());
    }

    /** The tables that the configuration reads in mode queue, without those that {@code no.key.policy} takes out. */
    public List<TableId> tables(Connection connection) throws SQLException {
        SourceCatalog catalog = new SourceCatalog(connection, settings.records());
        List<TableId> tables = new ArrayList<>();
        for (TableId table :
                catalog.capturedTables(settings.tables(), settings.queue().schema())) {
            if (settings.of(table).mode() != Mode.QUEUE) {
                continue;
            }
            Optional<SourceTable> found = catalog.table(table, settings.of(table));
            boolean isTakenOut = found.isPresent()
                    && found.get().key() instanceof KeyChoice.None
                    && settings.of(table).noKeyPolicy() != NoKeyPolicy.FAIL;
            if (!isTakenOut) {
                tables.add(table);
            }
        }
        connection.rollback();
        return tables;
    }

    /**
     * The SQL that sets up a table's queue, for its owner or a superuser to run in one transaction; empty when it is set
     * up.
     *
     * @param reader the connector's role
     * @throws ConnectException when the table cannot have a queue
     */
    public List<String> script(Connection connection, TableId table, String reader) throws SQLException {
        List<String> script = new PreparedQueues(registry).script(connection, table, wish(connection, table), reader);
        connection.rollback();
        return script;
    }

    /**
     * Sets up a table's queue, or makes it whole again.
     *
     * @param reader the connector's role, which may be another than the connection's
     * @throws ConnectException when the table cannot have a queue, or a privilege is missing
     */
    public Outcome setUp(Connection connection, TableId table, String reader)
            throws SQLException, InterruptedException {
        return patiently(setup -> setup.prepare(connection, table, wish(connection, table), reader));
    }

    private QueueWish wish(Connection connection, TableId table) throws SQLException {
        SourceTable found = new SourceCatalog(connection, settings.records())
                .table(table, settings.of(table))
                .orElseThrow(() -> new ConnectException("Table " + table + " does not exist"));
        if (found.key() instanceof KeyChoice.None none) {
            throw new ConnectException("Cannot set up the queue of " + table + ": " + none.reason()
                    + ". Add a primary key, name its columns in key.columns, or set no.key.policy.");
        }
        return QueueWish.of(found);
    }

    /** The tables whose queues this connector is registered with, and those of the configuration that nobody reads. */
    public List<TableId> tablesToLeave(Connection connection) throws SQLException {
        if (!registry.exists(connection)) {
            connection.rollback();
            return List.of();
        }
        List<TableId> tables = QueueConsumers.tablesOf(connection, registry, consumer).stream()
                .filter(entry -> entry.isOwn() || settings.tables().includes(entry.table()))
                .map(QueueConsumers.Entry::table)
                .toList();
        connection.rollback();
        return tables;
    }

    /** Who reads queues there: names of connectors, each with its topic.prefix behind a slash. */
    public List<String> readers(Connection connection) throws SQLException {
        List<String> readers = new ArrayList<>();
        if (registry.exists(connection)) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "SELECT DISTINCT consumer FROM " + registry.consumers() + " ORDER BY consumer")) {
                while (rows.next()) {
                    readers.add(rows.getString(1));
                }
            }
        }
        connection.rollback();
        return readers;
    }

    /** Whether a task of the connector is reading the table at this moment. */
    public boolean isRead(Connection connection, TableId table) throws SQLException {
        boolean isHeld = TableLocks.isHeld(
                connection,
                settings.connection().connector(),
                settings.records().topicPrefix(),
                table);
        connection.rollback();
        return isHeld;
    }

    /**
     * Ends the connector's reading of a queue. The last reader takes the queue and its triggers along, the last queue the
     * registry; other readers lose nothing.
     *
     * @param reader the connector's role, which may be another than the connection's
     */
    public Outcome leave(Connection connection, TableId table, String reader)
            throws SQLException, InterruptedException {
        return patiently(
                setup -> setup.unregister(connection, consumer, table, reader) == 0 ? Outcome.REMOVED : Outcome.LEFT);
    }

    /**
     * The SQL that does the same, for the queue's owner or a superuser to run in one transaction. Whether others still
     * read the queue is looked up when it is run.
     */
    public List<String> removal(Connection connection, TableId table) throws SQLException {
        List<String> script = new PreparedQueues(registry).removal(connection, consumer, table);
        connection.rollback();
        return script;
    }

    private <T> T patiently(Attempt<T> attempt) throws SQLException, InterruptedException {
        long begun = System.nanoTime();
        int failures = 0;
        while (true) {
            try {
                return attempt.with(new QueueSetup(registry, waitForTurn(begun)));
            } catch (SQLException e) {
                if (SqlFailure.of(e) == SqlFailure.STOP
                        || String.valueOf(e.getSQLState()).startsWith("08")
                        || System.nanoTime() - begun >= patience.toNanos()) {
                    throw e;
                }
                failures++;
                boolean unused =
                        new CountDownLatch(1).await(Backoff.after(failures).toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    /** No longer than the patience lasts. */
    private Duration waitForTurn(long begun) {
        Duration left = patience.minusNanos(System.nanoTime() - begun);
        if (left.compareTo(SHORTEST_WAIT_FOR_TURN) < 0) {
            return SHORTEST_WAIT_FOR_TURN;
        }
        return left.compareTo(SetupTransaction.LONGEST_WAIT_FOR_TURN) < 0
                ? left
                : SetupTransaction.LONGEST_WAIT_FOR_TURN;
    }

    /** What may have to be tried again. */
    private interface Attempt<T> {
        T with(QueueSetup setup) throws SQLException;
    }

    /** What has become of a queue. */
    public enum Outcome {
        /** It was not there, and is now. */
        SET_UP,
        /** Triggers, partitions, key or old rows were not as they have to be, and are now. */
        RENEWED,
        /** There was nothing to do. */
        UNCHANGED,
        /** It is gone with its triggers. */
        REMOVED,
        /** Others read on. */
        LEFT
    }
}
