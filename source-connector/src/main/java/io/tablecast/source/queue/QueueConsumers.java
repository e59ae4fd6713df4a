// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who reads which queue. A consumer's row says up to which snapshot its offset is stored in Kafka: what that snapshot
 * sees, no restart asks for again. Transactions are the caller's.
 */
final class QueueConsumers {

    private static final Logger LOG = LoggerFactory.getLogger(QueueConsumers.class);

    private QueueConsumers() {}

    /** The name under which a connector reads; topics of another prefix are another consumer. */
    static String name(String connector, String topicPrefix) {
        return connector + "/" + topicPrefix;
    }

    /**
     * Adds a consumer, or finds it again. Until the transaction commits its rows may be deleted, so the snapshot to start
     * from must be taken later.
     *
     * @return what had been confirmed by the consumer, whose rows were kept since; empty when it is new or was lost
     */
    static Optional<PgSnapshot> add(
            Connection connection, QueueRegistry registry, String consumer, TableId table, QueueContent content)
            throws SQLException {
        Optional<PgSnapshot> kept = kept(connection, registry, consumer, table);
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO %s AS c (consumer, table_schema, table_name, confirmed, old_rows, watched_columns)
                VALUES (?, ?, ?, pg_current_snapshot(), ?, ?)
                ON CONFLICT (consumer, table_schema, table_name) DO UPDATE
                SET confirmed = CASE WHEN c.lost THEN excluded.confirmed ELSE c.confirmed END,
                    seen_at = clock_timestamp(), lost = false, old_rows = excluded.old_rows,
                    watched_columns = excluded.watched_columns""".formatted(registry.consumers()))) {
            insert.setString(1, consumer);
            insert.setString(2, table.schema());
            insert.setString(3, table.name());
            insert.setBoolean(4, content.oldRows() == OldRows.KEPT);
            insert.setArray(
                    5, connection.createArrayOf("text", content.watchedColumns().toArray()));
            insert.executeUpdate();
        }
        return kept;
    }

    private static Optional<PgSnapshot> kept(
            Connection connection, QueueRegistry registry, String consumer, TableId table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT confirmed::text FROM "
                + registry.consumers()
                + " WHERE consumer = ? AND table_schema = ? AND table_name = ? AND NOT lost FOR UPDATE")) {
            query.setString(1, consumer);
            query.setString(2, table.schema());
            query.setString(3, table.name());
            ResultSet row = query.executeQuery();
            return row.next() ? Optional.of(PgSnapshot.parse(row.getString(1))) : Optional.empty();
        }
    }

    /** What serves a consumer and all others that are not lost. */
    static QueueContent contentWith(
            Connection connection, QueueRegistry registry, String consumer, TableId table, QueueContent wish)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT old_rows, watched_columns FROM "
                + registry.consumers()
                + " WHERE consumer <> ? AND table_schema = ? AND table_name = ? AND NOT lost")) {
            query.setString(1, consumer);
            query.setString(2, table.schema());
            query.setString(3, table.name());
            ResultSet rows = query.executeQuery();
            QueueContent content = wish;
            while (rows.next()) {
                content = content.and(new QueueContent(OldRows.of(rows.getBoolean(1)), List.of((String[])
                        rows.getArray(2).getArray())));
            }
            return content;
        }
    }

    /** The tables where a consumer is registered and was not seen for so long. */
    static List<TableId> idle(Connection connection, QueueRegistry registry, String consumer, Duration age)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT table_schema, table_name FROM %s
                WHERE consumer = ? AND seen_at < clock_timestamp() - ? * interval '1 millisecond'
                ORDER BY table_schema, table_name""".formatted(registry.consumers()))) {
            query.setString(1, consumer);
            query.setLong(2, age.toMillis());
            ResultSet rows = query.executeQuery();
            List<TableId> tables = new ArrayList<>();
            while (rows.next()) {
                tables.add(new TableId(rows.getString(1), rows.getString(2)));
            }
            return tables;
        }
    }

    /** The tables whose queues a consumer reads, or nobody. */
    static List<Entry> tablesOf(Connection connection, QueueRegistry registry, String consumer) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("""
                SELECT q.table_schema, q.table_name, coalesce(bool_or(c.consumer = ?), false)
                FROM %s q LEFT JOIN %s c USING (table_schema, table_name)
                GROUP BY q.table_schema, q.table_name
                HAVING count(c.consumer) = 0 OR bool_or(c.consumer = ?)
                ORDER BY q.table_schema, q.table_name""".formatted(registry.queues(), registry.consumers()))) {
            query.setString(1, consumer);
            query.setString(2, consumer);
            ResultSet rows = query.executeQuery();
            List<Entry> entries = new ArrayList<>();
            while (rows.next()) {
                entries.add(new Entry(new TableId(rows.getString(1), rows.getString(2)), rows.getBoolean(3)));
            }
            return entries;
        }
    }

    /** Removes a consumer and returns how many others are left. */
    static int remove(Connection connection, QueueRegistry registry, String consumer, TableId table)
            throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + registry.consumers()
                        + " WHERE consumer = ? AND table_schema = ? AND table_name = ?");
                PreparedStatement count = connection.prepareStatement("SELECT count(*) FROM " + registry.consumers()
                        + " WHERE table_schema = ? AND table_name = ?")) {
            delete.setString(1, consumer);
            delete.setString(2, table.schema());
            delete.setString(3, table.name());
            delete.executeUpdate();
            count.setString(1, table.schema());
            count.setString(2, table.name());
            ResultSet row = count.executeQuery();
            row.next();
            return row.getInt(1);
        }
    }

    /**
     * Notes that a consumer's offset is stored. What was confirmed before is never taken back, because its rows are
     * gone: an offset that was set back makes the next start copy the table again. Neither is a snapshot from the future
     * believed, as an offset holds one after the database was set back. A consumer marked as lost stays so until it
     * registers again.
     */
    static void confirm(
            Connection connection, QueueRegistry registry, String consumer, TableId table, PgSnapshot confirmed)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE %s c SET confirmed = s.snapshot, seen_at = clock_timestamp()
                FROM (SELECT ?::pg_snapshot AS snapshot) s
                WHERE consumer = ? AND table_schema = ? AND table_name = ? AND NOT lost
                AND pg_snapshot_xmax(c.confirmed) <= pg_snapshot_xmax(s.snapshot)
                AND pg_snapshot_xmax(s.snapshot) <= pg_snapshot_xmax(pg_current_snapshot())
                AND NOT EXISTS (SELECT FROM pg_snapshot_xip(s.snapshot) AS open(xid)
                                WHERE pg_visible_in_snapshot(open.xid, c.confirmed))""".formatted(registry.consumers()))) {
            update.setString(1, confirmed.toString());
            update.setString(2, consumer);
            update.setString(3, table.schema());
            update.setString(4, table.name());
            update.executeUpdate();
        }
    }

    /** Notes that a consumer is alive. */
    static void touch(Connection connection, QueueRegistry registry, String consumer, TableId table)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + registry.consumers()
                + " SET seen_at = clock_timestamp()"
                + " WHERE consumer = ? AND table_schema = ? AND table_name = ? AND NOT lost")) {
            update.setString(1, consumer);
            update.setString(2, table.schema());
            update.setString(3, table.name());
            update.executeUpdate();
        }
    }

    /** Marks other consumers that were not seen for so long. */
    static void markLost(Connection connection, QueueRegistry registry, String consumer, TableId table, Duration maxAge)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE %s SET lost = true
                WHERE consumer <> ? AND table_schema = ? AND table_name = ? AND NOT lost
                AND seen_at < clock_timestamp() - ? * interval '1 millisecond'
                RETURNING consumer""".formatted(registry.consumers()))) {
            update.setString(1, consumer);
            update.setString(2, table.schema());
            update.setString(3, table.name());
            update.setLong(4, maxAge.toMillis());
            ResultSet rows = update.executeQuery();
            while (rows.next()) {
                LOG.warn(
                        "Consumer {} has not read the queue of {} for {}; its rows are no longer kept, and it will copy"
                                + " the table again if it comes back",
                        rows.getString(1),
                        table,
                        maxAge);
            }
        }
    }

    /** What the consumers have confirmed that are not lost; empty when there are none. */
    static List<Consumer> alive(Connection connection, QueueRegistry registry, TableId table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT consumer, confirmed::text FROM "
                + registry.consumers() + " WHERE table_schema = ? AND table_name = ? AND NOT lost")) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            ResultSet rows = query.executeQuery();
            List<Consumer> consumers = new ArrayList<>();
            while (rows.next()) {
                consumers.add(new Consumer(rows.getString(1), PgSnapshot.parse(rows.getString(2))));
            }
            return consumers;
        }
    }

    /** @param isOwn whether the consumer reads it, else nobody does */
    record Entry(TableId table, boolean isOwn) {
        Entry {
            requireNonNull(table, "table is null");
        }
    }

    /**
     * A reader of a queue.
     *
     * @param confirmed what this snapshot sees, the consumer will never ask for again
     */
    record Consumer(String name, PgSnapshot confirmed) {
        Consumer {
            requireNonNull(name, "name is null");
            requireNonNull(confirmed, "confirmed is null");
        }
    }
}
