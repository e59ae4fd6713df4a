// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * How large a queue is, and why.
 *
 * @param rows how many rows it holds, counted up to {@link #MOST_ROWS}
 * @param oldest when its oldest row was written, in milliseconds since 1970; 0 when it is empty
 * @param heldBy what keeps its rows, or their remains, for more than a minute; empty when nothing does
 */
record QueueDepth(long rows, long oldest, String heldBy) {

    static final int MOST_ROWS = 100_000;

    QueueDepth {
        requireNonNull(heldBy, "heldBy is null");
    }

    /**
     * Looks at a queue. Sessions of other roles are only seen with {@code pg_read_all_stats}.
     *
     * @see <a href="https://www.postgresql.org/docs/current/routine-vacuuming.html">what VACUUM must keep</a>
     */
    static QueueDepth read(Connection connection, QueueRegistry registry, TableId table, String queueName)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                """
                WITH held AS (
                    SELECT count(*) AS rows, min(changed_at) AS oldest
                    FROM (SELECT changed_at FROM %1$s ORDER BY xid LIMIT %2$d) AS first
                )
                SELECT held.rows, coalesce(extract(epoch FROM held.oldest) * 1000, 0)::bigint,
                       coalesce(CASE WHEN held.oldest < clock_timestamp() - interval '1 minute' THEN (
                           SELECT 'consumer ' || c.consumer FROM %3$s c
                           WHERE c.table_schema = ? AND c.table_name = ? AND NOT c.lost
                           ORDER BY pg_snapshot_xmax(c.confirmed)::text::numeric LIMIT 1)
                       ELSE (
                           SELECT holder.name FROM (
                               SELECT 'session ' || pid, age(backend_xmin) FROM pg_stat_activity
                               WHERE datname = current_database() AND backend_xmin IS NOT NULL
                               AND xact_start < clock_timestamp() - interval '1 minute'
                               UNION ALL
                               SELECT 'prepared transaction ' || gid, age(transaction) FROM pg_prepared_xacts
                               WHERE database = current_database()
                               AND prepared < clock_timestamp() - interval '1 minute'
                               UNION ALL
                               SELECT 'replication slot ' || slot_name, age(xmin) FROM pg_replication_slots
                               WHERE xmin IS NOT NULL AND NOT active) AS holder(name, age)
                           ORDER BY holder.age DESC LIMIT 1) END, '')
                FROM held""".formatted(registry.queueTable(queueName), MOST_ROWS, registry.consumers()))) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return new QueueDepth(row.getLong(1), row.getLong(2), row.getString(3));
            }
        }
    }
}
