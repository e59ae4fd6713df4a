// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static io.tablecast.source.postgres.Identifiers.quote;
import static io.tablecast.source.queue.QueueNames.literal;
import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    /** Shorter than the server's usual deadlock_timeout of 1 s. */
    private static final String LOCK_TIMEOUT = "500ms";

    /** How long writers wait while new partitions are compared with the queue. */
    private static final String LOOK_TIMEOUT = "2s";

    private static final String QUERY_CANCELLED = "57014";

    /** First key of the advisory lock; the second is the hash of the queue schema's name. */
    private static final int ADVISORY_LOCK = 0x7ab1eca5;

    private final QueueRegistry registry;

    QueueSetup(QueueRegistry registry) {
        this.registry = registry;
    }

    /**
     * Makes sure that a table's queue is there and whole, and that the consumer is among its readers. Afterwards every
     * change that a later snapshot does not see is in the queue and stays there for the consumer.
     *
     * @param consumer who reads; a new one starts at this transaction
     * @throws ConnectException when the table cannot have a queue
     */
    Registration register(Connection connection, String consumer, TableId table, List<String> keyColumns)
            throws SQLException {
        return inTransaction(connection, "set up the queue of " + table, () -> {
            lock(connection);
            InstalledQueue queue = install(connection, table, keyColumns);
            return new Registration(queue, QueueConsumers.add(connection, registry, consumer, table));
        });
    }

    /**
     * The same for a queue that an administrator has set up.
     *
     * @throws ConnectException when it is missing or not whole
     */
    Registration registerWithPrepared(Connection connection, String consumer, TableId table, List<String> keyColumns)
            throws SQLException {
        return inTransaction(connection, "register with the queue of " + table, () -> {
            Optional<InstalledQueue> queue = registry.find(connection, table)
                    .filter(found -> found.membersThen().equals(found.membersNow())
                            && found.keyColumns().containsAll(keyColumns));
            if (queue.isEmpty()) {
                throw notPrepared(connection, table, keyColumns);
            }
            return new Registration(queue.get(), QueueConsumers.add(connection, registry, consumer, table));
        });
    }

    private ConnectException notPrepared(Connection connection, TableId table, List<String> keyColumns)
            throws SQLException {
        String user = connection.getMetaData().getUserName();
        LOG.error(
                "The queue of {} is not set up. An administrator can do so by this SQL:\nBEGIN;\n{};\nCOMMIT;",
                table,
                String.join(";\n", script(connection, table, keyColumns, user)));
        return new ConnectException("The queue of " + table + " in schema \"" + registry.schema()
                + "\" is not set up, or its triggers are not as they were set up. Have an administrator run the SQL that"
                + " the worker's log holds, then restart the task; or let the connector do so (queue.setup=auto).");
    }

    /** Ends a consumer's reading; the last one takes the queue with it, the last queue the registry. */
    void unregister(Connection connection, String consumer, TableId table) throws SQLException {
        inTransaction(connection, "remove the queue of " + table, () -> {
            lock(connection);
            Optional<InstalledQueue> queue = registry.find(connection, table);
            if (queue.isEmpty()) {
                return table;
            }
            if (QueueConsumers.remove(connection, registry, consumer, table) == 0) {
                execute(connection, QueueScript.drop(registry, queue.get()));
            }
            dropRegistryIfUnused(connection);
            return table;
        });
    }

    /**
     * The SQL that the table's owner or a superuser runs, in one transaction, for queue.setup=manual.
     *
     * @param reader the connector's role
     */
    List<String> script(Connection connection, TableId table, List<String> keyColumns, String reader)
            throws SQLException {
        QueueTarget target = QueueCatalog.read(connection, table, keyColumns).asOwner();
        String name = name(connection, table);
        List<String> statements = new ArrayList<>(registry.statements());
        Optional<InstalledQueue> existing = registry.find(connection, table);
        if (existing.isEmpty()) {
            statements.addAll(QueueScript.create(registry, target, name));
        } else {
            statements.addAll(
                    QueueScript.renew(registry, target, name, existing.get().keyTypes()));
            statements.add(QueueScript.nextGeneration(registry, table));
        }
        statements.add(QueueScript.noteMembers(registry, table));
        statements.add("GRANT USAGE ON SCHEMA " + quote(registry.schema()) + " TO " + quote(reader));
        statements.add("GRANT SELECT ON ALL TABLES IN SCHEMA " + quote(registry.schema()) + " TO " + quote(reader));
        statements.add("GRANT INSERT, UPDATE, DELETE ON " + registry.consumers() + ", " + registry.structures() + " TO "
                + quote(reader));
        statements.add("GRANT UPDATE, DELETE ON " + registry.queueTable(name) + " TO " + quote(reader));
        return List.copyOf(statements);
    }

    private InstalledQueue install(Connection connection, TableId table, List<String> keyColumns) throws SQLException {
        Optional<InstalledQueue> existing = registry.find(connection, table);
        Set<String> allKeys =
                new LinkedHashSet<>(existing.map(InstalledQueue::keyColumns).orElse(List.of()));
        allKeys.addAll(keyColumns);
        QueueTarget target = QueueCatalog.read(connection, table, wanted(connection, table, allKeys, keyColumns));
        QueueCatalog.requirePrivileges(connection, target);
        if (existing.isEmpty()) {
            execute(connection, registry.statements());
            execute(connection, QueueScript.create(registry, target, name(connection, table)));
            warnOfReplicaWriters(target);
        } else {
            if (isAsWanted(existing.get(), target)) {
                return existing.get();
            }
            renew(connection, existing.get(), target);
        }
        execute(connection, List.of(QueueScript.noteMembers(registry, table)));
        return registry.find(connection, table).orElseThrow();
    }

    // A key column of another consumer that the table no longer has is given up: the consumer copies the table again.
    private static List<String> wanted(
            Connection connection, TableId table, Set<String> allKeys, List<String> keyColumns) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = ? AND a.attname = ANY (?) AND NOT a.attisdropped""")) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            query.setArray(3, connection.createArrayOf("text", allKeys.toArray()));
            ResultSet row = query.executeQuery();
            row.next();
            return row.getInt(1) == allKeys.size() ? List.copyOf(allKeys) : keyColumns;
        }
    }

    private static boolean isAsWanted(InstalledQueue queue, QueueTarget target) {
        return queue.isIntact(target)
                && queue.keyColumns().equals(target.keyNames())
                && queue.keyTypes()
                        .equals(target.key().stream().map(KeyColumn::queueType).toList());
    }

    private void renew(Connection connection, InstalledQueue queue, QueueTarget target) throws SQLException {
        List<String> types = target.key().stream().map(KeyColumn::queueType).toList();
        int kept = queue.keyTypes().size();
        boolean keepsColumns = kept == queue.keyColumns().size()
                && kept <= types.size()
                && target.keyNames().subList(0, kept).equals(queue.keyColumns())
                && types.subList(0, kept).equals(queue.keyTypes());
        if (queue.keyTypes().isEmpty()) {
            execute(connection, QueueScript.createTable(registry, target, queue.name()));
        }
        execute(connection, QueueScript.renew(registry, target, queue.name(), kept == 0 ? types : queue.keyTypes()));
        if (keepsColumns && !queue.isBroken(target) && !holdsUnqueuedRows(connection, queue, target)) {
            return;
        }
        LOG.warn(
                "The triggers, partitions or key of {} were changed outside of Tablecast; all its consumers copy it"
                        + " again",
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

    private String name(Connection connection, TableId table) throws SQLException {
        Optional<InstalledQueue> existing = registry.find(connection, table);
        if (existing.isPresent()) {
            return existing.get().name();
        }
        String name = QueueNames.queue(table);
        return registry.isNameTaken(connection, table, name) ? QueueNames.distinctQueue(table) : name;
    }

    private void dropRegistryIfUnused(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT EXISTS (SELECT FROM " + registry.queues() + ")")) {
                row.next();
                if (row.getBoolean(1)) {
                    return;
                }
            }
            statement.execute("DROP TABLE " + registry.consumers() + ", " + registry.queues() + ", "
                    + registry.structures() + ", " + quote(registry.schema()) + ".queue_version");
            // The sink's tables may live in the same schema, and so may a user's.
            try (ResultSet row = statement.executeQuery("SELECT EXISTS (SELECT FROM pg_depend WHERE refclassid ="
                    + " 'pg_namespace'::regclass AND refobjid = " + literal(quote(registry.schema()))
                    + "::regnamespace)")) {
                row.next();
                if (row.getBoolean(1)) {
                    return;
                }
            }
            statement.execute("DROP SCHEMA " + quote(registry.schema()));
        }
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
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(?, ?)")) {
            lock.setInt(1, ADVISORY_LOCK);
            lock.setInt(2, registry.schema().hashCode());
            lock.execute();
        }
        execute(connection, List.of("SET LOCAL lock_timeout = '" + LOCK_TIMEOUT + "'"));
    }

    private static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static <T> T inTransaction(Connection connection, String purpose, Work<T> work) throws SQLException {
        try {
            T result = work.run();
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            rollback(connection, e);
            if (e instanceof SQLException sql && "42501".equals(sql.getSQLState())) {
                throw new ConnectException(
                        "Cannot " + purpose + ": " + sql.getMessage()
                                + ". Grant the privilege, or let an administrator set up the queue (queue.setup=manual).",
                        sql);
            }
            throw e;
        }
    }

    private static void rollback(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
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

    /** What happens inside a transaction. */
    private interface Work<T> {
        T run() throws SQLException;
    }
}
