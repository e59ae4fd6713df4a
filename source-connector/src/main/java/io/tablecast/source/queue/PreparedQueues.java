// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static io.tablecast.source.postgres.Identifiers.quote;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.queue.QueueSetup.Registration;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Queues that somebody else than the connector's role sets up. */
final class PreparedQueues {

    private static final Logger LOG = LoggerFactory.getLogger(PreparedQueues.class);

    private final QueueRegistry registry;

    PreparedQueues(QueueRegistry registry) {
        this.registry = registry;
    }

    /**
     * Adds a consumer to a queue's readers, in a transaction of its own.
     *
     * @throws ConnectException when the queue is missing or not whole
     */
    Registration register(Connection connection, String consumer, TableId table, QueueWish wish) throws SQLException {
        return SetupTransaction.run(connection, QueueWork.REGISTER, table, () -> {
            Optional<InstalledQueue> queue = registry.find(connection, table);
            if (queue.isEmpty() || !serves(connection, queue.get(), wish)) {
                throw notPrepared(connection, table, wish);
            }
            return new Registration(
                    queue.get(), QueueConsumers.add(connection, registry, consumer, table, wish.content()));
        });
    }

    /** Of a queue whose key columns are not the table's any more, every change would ask for another copy. */
    private static boolean serves(Connection connection, InstalledQueue queue, QueueWish wish) throws SQLException {
        return queue.serves(wish)
                && queue.isAsWanted(QueueCatalog.readForAll(connection, queue.table(), Optional.of(queue), wish));
    }

    private ConnectException notPrepared(Connection connection, TableId table, QueueWish wish) throws SQLException {
        String user = connection.getMetaData().getUserName();
        LOG.error(
                "The queue of {} is not set up as it has to be. An administrator can do so by this SQL:\nBEGIN;\n{};\nCOMMIT;",
                table,
                String.join(";\n", script(connection, table, wish, user)));
        return new ConnectException("The queue of " + table + " in schema \"" + registry.schema()
                + "\" is not set up, or its triggers, their function or the queue table are not as they were set up. Have"
                + " an administrator run 'tablecast setup', or the SQL that the worker's log holds; or let the connector"
                + " do so (queue.setup=auto).");
    }

    /**
     * The SQL that the table's owner or a superuser runs, in one transaction; empty when nothing is to be done.
     *
     * @param connection without autocommit, whose transaction is rolled back afterwards
     * @param reader the connector's role
     */
    List<String> script(Connection connection, TableId table, QueueWish wish, String reader) throws SQLException {
        SetupTransaction.writeScript(connection);
        List<String> statements = new ArrayList<>(SetupTransaction.beginOfScript(registry));
        statements.add(new QueueOwners(registry, QueueWork.SET_UP, table, reader).statement());
        if (registry.isOutdated(connection)) {
            // The queues go on as they are; what else they need can be told when this is done.
            statements.addAll(registry.upgrade());
            return List.copyOf(statements);
        }
        Optional<InstalledQueue> existing = registry.find(connection, table);
        QueueTarget target =
                QueueCatalog.readForAll(connection, table, existing, wish).asOwner();
        String name = registry.queueName(connection, table);
        QueueContent content =
                existing.map(queue -> queue.content().and(wish.content())).orElse(wish.content());
        if (existing.isEmpty()) {
            statements.addAll(registry.statements());
            statements.addAll(QueueScript.create(registry, target, name, content));
        } else if (!existing.get().isAsWanted(target)) {
            statements.addAll(QueueScript.renew(registry, target, existing.get(), content));
            statements.add(QueueScript.nextGeneration(registry, table));
        } else if (!existing.get().hasFunction(content)) {
            statements.addAll(QueueScript.renewFunction(registry, target, existing.get(), content));
        } else {
            return hasRights(connection, reader, name) ? List.of() : grants(name, reader);
        }
        statements.add(QueueScript.noteMembers(registry, table));
        statements.addAll(grants(name, reader));
        return List.copyOf(statements);
    }

    /**
     * The SQL that ends a consumer's reading of a queue, for the queue's owner or a superuser to run in one transaction;
     * empty when there is no queue.
     */
    List<String> removal(Connection connection, String consumer, TableId table) throws SQLException {
        List<String> statements = new ArrayList<>();
        registry.find(connection, table).ifPresent(queue -> {
            statements.addAll(SetupTransaction.beginOfScript(registry));
            statements.addAll(QueueScript.leave(registry, consumer, queue));
        });
        return List.copyOf(statements);
    }

    /** The statements that let a connector's role read a queue. */
    List<String> grants(String queueName, String reader) {
        return List.of(
                "GRANT USAGE ON SCHEMA " + quote(registry.schema()) + " TO " + quote(reader),
                "GRANT SELECT ON ALL TABLES IN SCHEMA " + quote(registry.schema()) + " TO " + quote(reader),
                "GRANT INSERT, UPDATE, DELETE ON " + registry.consumers() + ", " + registry.structures() + " TO "
                        + quote(reader),
                "GRANT UPDATE, DELETE ON " + registry.queueTable(queueName) + " TO " + quote(reader));
    }

    private boolean hasRights(Connection connection, String reader, String queueName) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT has_schema_privilege(r.oid, ?, 'USAGE') AND has_table_privilege(r.oid, ?, 'SELECT')
                   AND has_table_privilege(r.oid, ?, 'UPDATE') AND has_table_privilege(r.oid, ?, 'DELETE')
                FROM pg_catalog.pg_roles r WHERE r.rolname = ?""")) {
            query.setString(1, registry.schema());
            query.setString(2, registry.queues());
            query.setString(3, registry.consumers());
            query.setString(4, registry.queueTable(queueName));
            query.setString(5, reader);
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
