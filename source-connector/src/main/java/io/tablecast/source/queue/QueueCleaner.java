// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Deletes the queue rows that no consumer will ask for again, in transactions of some thousand rows. Several cleaners
 * may work on one queue. Not thread-safe.
 */
final class QueueCleaner {

    private static final int BATCH_ROWS = 5_000;

    private final QueueRegistry registry;

    /** What each queue was cleaned of, so that the remains of deleted rows are not visited again. */
    private final Map<TableId, PgSnapshot> cleaned = new HashMap<>();

    QueueCleaner(QueueRegistry registry) {
        this.registry = registry;
    }

    /**
     * Deletes what all consumers that are not lost have confirmed, committing after each batch.
     *
     * @return the number of rows deleted
     */
    long clean(Connection connection, TableId table, String queueName) throws SQLException {
        List<PgSnapshot> confirmed = QueueConsumers.alive(connection, registry, table).stream()
                .map(QueueConsumers.Consumer::confirmed)
                .toList();
        connection.commit();
        if (confirmed.isEmpty()) {
            return 0;
        }
        PgSnapshot seenByAll = PgSnapshot.seenByAll(confirmed);
        PgSnapshot before = cleaned.get(table);
        if (seenByAll.equals(before)) {
            return 0;
        }
        long deleted = delete(connection, queueName, seenByAll, before);
        cleaned.put(table, seenByAll);
        return deleted;
    }

    private long delete(Connection connection, String queueName, PgSnapshot seen, PgSnapshot before)
            throws SQLException {
        String queue = registry.queueTable(queueName);
        String notCleanedBefore = before == null ? "true" : QueueWindow.notSeenBy(before);
        String sql = """
                DELETE FROM %1$s WHERE ctid IN (
                    SELECT ctid FROM %1$s
                    WHERE %2$s AND xid < '%3$d'::xid8 AND pg_visible_in_snapshot(xid, '%4$s'::pg_snapshot)
                    LIMIT ? FOR UPDATE SKIP LOCKED)""".formatted(queue, notCleanedBefore, seen.xmax(), seen);
        long total = 0;
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setInt(1, BATCH_ROWS);
            int deleted;
            do {
                deleted = delete.executeUpdate();
                connection.commit();
                total += deleted;
            } while (deleted == BATCH_ROWS);
        }
        return total;
    }
}
