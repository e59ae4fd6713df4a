// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static io.tablecast.source.postgres.Identifiers.quote;
import static io.tablecast.source.queue.SetupTransaction.execute;
import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up and removes queues. Each call is one transaction on the caller's connection (without autocommit): it leaves
 * everything or nothing. Calls from several connectors wait for each other. A call that cannot lock the source table
 * within half a second fails with SQLSTATE 55P03, so that writers never queue up behind it and never become the victim
 * of a deadlock; try again later.
 */
final class QueueSetup {

    private static final Logger LOG = LoggerFactory.getLogger(QueueSetup.class);

    /** How long writers wait while new partitions are compared with the queue. */
    private static final String LOOK_TIMEOUT = "2s";

    private static final String QUERY_CANCELLED = "57014";

    private final QueueRegistry registry;
    private final Duration patience;

    /** One for which a thread waits that has nothing else to do. */
    QueueSetup(QueueRegistry registry) {
        this(registry, SetupTransaction.LONGEST_WAIT_FOR_TURN);
    }

    /** @param patience how long a call waits for others that set up or remove queues; then it fails with 55P03, too */
    QueueSetup(QueueRegistry registry, Duration patience) {
        this.registry = registry;
        this.patience = patience;
    }

    /**
     * Makes sure that a table's queue is there and whole, and that the consumer is among its readers. Afterwards every
     * change that a later snapshot does not see is in the queue and stays there for the consumer.
     *
     * @param consumer who reads; a new one starts at this transaction
     * @throws ConnectException when the table cannot have a queue
     */
    Registration register(Connection connection, String consumer, TableId table, QueueWish wish) throws SQLException {
        return SetupTransaction.run(connection, QueueWork.SET_UP, table, () -> {
            String user = connection.getMetaData().getUserName();
            lock(connection);
            upgrade(connection, new QueueOwners(registry, QueueWork.SET_UP, table, user));
            InstalledQueue queue = install(connection, consumer, table, wish, user);
            return new Registration(queue, QueueConsumers.add(connection, registry, consumer, table, wish.content()));
        });
    }

    /**
     * Makes sure that a table's queue is there and whole, for a reader that registers later.
     *
     * @param reader the role that will read it
     * @throws ConnectException when the table cannot have a queue
     */
    QueueAdministration.Outcome prepare(Connection connection, TableId table, QueueWish wish, String reader)
            throws SQLException {
        return SetupTransaction.run(connection, QueueWork.SET_UP, table, () -> {
            lock(connection);
            upgrade(connection, new QueueOwners(registry, QueueWork.SET_UP, table, reader));
            Optional<InstalledQueue> before = registry.find(connection, table);
            InstalledQueue after = install(connection, "", table, wish, reader);
            if (!reader.equals(connection.getMetaData().getUserName())) {
                execute(connection, new PreparedQueues(registry).grants(after.name(), reader));
            }
            if (before.isEmpty()) {
                return QueueAdministration.Outcome.SET_UP;
            }
            return before.get().equals(after)
                    ? QueueAdministration.Outcome.UNCHANGED
                    : QueueAdministration.Outcome.RENEWED;
        });
    }

    /**
     * Ends a consumer's reading; the last one takes the queue with it, the last queue the registry.
     *
     * @param reader the consumer's role, whose registry of an earlier version anybody may upgrade
     * @return how many others read on
     */
    int unregister(Connection connection, String consumer, TableId table, String reader) throws SQLException {
        return SetupTransaction.run(connection, QueueWork.REMOVE, table, () -> {
            lock(connection);
            upgrade(connection, new QueueOwners(registry, QueueWork.REMOVE, table, reader));
            Optional<InstalledQueue> queue = registry.find(connection, table);
            if (queue.isEmpty()) {
                return 0;
            }
            int others = QueueConsumers.remove(connection, registry, consumer, table);
            if (others == 0) {
                execute(connection, QueueScript.drop(registry, queue.get()));
            }
            execute(connection, List.of(registry.dropIfUnused()));
            return others;
        });
    }

    private InstalledQueue install(Connection connection, String consumer, TableId table, QueueWish wish, String reader)
            throws SQLException {
        Optional<InstalledQueue> existing = registry.find(connection, table);
        QueueTarget target = QueueCatalog.readForAll(connection, table, existing, wish);
        QueueCatalog.requirePrivileges(connection, target);
        QueueOwners owners = new QueueOwners(registry, QueueWork.SET_UP, table, reader);
        if (existing.isEmpty()) {
            owners.require(connection);
            execute(connection, registry.statements());
            execute(
                    connection,
                    QueueScript.create(registry, target, registry.queueName(connection, table), wish.content()));
            warnOfReplicaWriters(target);
        } else {
            QueueContent content = QueueConsumers.contentWith(connection, registry, consumer, table, wish.content());
            if (existing.get().isAsWanted(target)) {
                if (existing.get().hasFunction(content)) {
                    return existing.get();
                }
                owners.require(connection);
                execute(connection, QueueScript.renewFunction(registry, target, existing.get(), content));
            } else {
                owners.require(connection);
                renew(connection, existing.get(), target, content);
            }
        }
        execute(connection, List.of(QueueScript.noteMembers(registry, table)));
        return registry.find(connection, table).orElseThrow();
    }

    private void upgrade(Connection connection, QueueOwners owners) throws SQLException {
        if (registry.isOutdated(connection)) {
            owners.require(connection);
            execute(connection, registry.upgrade());
            LOG.info("Queues in schema \"{}\" were made by an earlier version; they are upgraded", registry.schema());
        }
    }

    private void renew(Connection connection, InstalledQueue queue, QueueTarget target, QueueContent content)
            throws SQLException {
        List<String> types = target.queueTypes();
        int kept = queue.keyTypes().size();
        boolean keepsColumns = kept == queue.keyColumns().size()
                && kept <= types.size()
                && target.keyNames().subList(0, kept).equals(queue.keyColumns())
                && types.subList(0, kept).equals(queue.keyTypes());
        execute(connection, QueueScript.renew(registry, target, queue, content));
        if (keepsColumns && !queue.isBroken(target) && !holdsUnqueuedRows(connection, queue, target)) {
            return;
        }
        LOG.warn(
                "The triggers, partitions or key of {}, its trigger function or its queue table were changed outside of"
                        + " Tablecast; they are whole again, and all its consumers copy it again",
                target.table());
        execute(connection, List.of(QueueScript.nextGeneration(registry, target.table())));
    }

    // The triggers' locks are held, so nobody writes. A row that is not in the queue was there before its table joined.
    private boolean holdsUnqueuedRows(Connection connection, InstalledQueue queue, QueueTarget target)
            throws SQLException {
        Savepoint savepoint = connection.setSavepoint();
        try {
            execute(connection, List.of("SET LOCAL statement_timeout = '" + LOOK_TIMEOUT + "'"));
            boolean holdsRows = holdsRowsBesideQueue(connection, queue, target);
            connection.rollback(savepoint);
            return holdsRows;
        } catch (SQLException e) {
            if (!QUERY_CANCELLED.equals(e.getSQLState())) {
                throw e;
            }
            // Writers have waited long enough.
            connection.rollback(savepoint);
            return true;
        }
    }

    private boolean holdsRowsBesideQueue(Connection connection, InstalledQueue queue, QueueTarget target)
            throws SQLException {
        List<String> columns = KeyColumn.queueColumns(target.key().size());
        List<String> same = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            same.add("q." + columns.get(i) + " = t." + quote(target.key().get(i).name()));
        }
        for (QueueTarget.Member member : target.members()) {
            if (!queue.newMembers().contains(member.relation())) {
                continue;
            }
            String sql =
                    "SELECT EXISTS (SELECT FROM ONLY " + quote(member.table()) + " t WHERE NOT EXISTS (SELECT FROM "
                            + registry.queueTable(queue.name()) + " q WHERE " + String.join(" AND ", same) + "))";
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                if (row.getBoolean(1)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void warnOfReplicaWriters(QueueTarget target) {
        List<TableId> notOwned = target.members().stream()
                .filter(member -> !member.owned())
                .map(QueueTarget.Member::table)
                .toList();
        if (!notOwned.isEmpty()) {
            LOG.warn(
                    "Not the owner of {}: changes by sessions with session_replication_role=replica are not seen."
                            + " Grant the owner's role, or let it set up the queue (queue.setup=manual).",
                    notOwned);
        }
    }

    private void lock(Connection connection) throws SQLException {
        execute(connection, SetupTransaction.begin(registry, patience));
    }

    /**
     * A consumer's place at a queue.
     *
     * @param keptSince what the consumer had confirmed; everything later is still there. Empty when it begins now
     */
    record Registration(InstalledQueue queue, Optional<PgSnapshot> keptSince) {
        Registration {
            requireNonNull(queue, "queue is null");
            requireNonNull(keptSince, "keptSince is null");
        }
    }
}
