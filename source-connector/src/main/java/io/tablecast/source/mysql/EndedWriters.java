// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * MySQL without GTIDs counts nothing, but a transaction keeps the name of a table that it has changed locked until it is
 * committed and queries see it. So whoever had it locked when the watermark was first asked must have let it go; whoever
 * came later is in the binlog behind what the stream had brought then.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/9.7/en/performance-schema-metadata-locks-table.html">The metadata_locks
 *     table</a>
 */
final class EndedWriters implements Watermark {

    private static final String HOLDERS = """
            SELECT OWNER_THREAD_ID, OWNER_EVENT_ID, OBJECT_INSTANCE_BEGIN FROM performance_schema.metadata_locks
            WHERE OBJECT_TYPE = 'TABLE' AND OBJECT_SCHEMA = ? AND OBJECT_NAME = ?
              AND LOCK_TYPE NOT IN ('SHARED', 'SHARED_HIGH_PRIO', 'SHARED_READ', 'SHARED_READ_ONLY')
            """;

    private final MySqlServer server;
    private final TableId table;
    private Set<Holder> waitedFor;

    EndedWriters(MySqlServer server, TableId table) {
        this.server = requireNonNull(server, "server is null");
        this.table = requireNonNull(table, "table is null");
    }

    @Override
    public Optional<BinlogPosition> read(Connection connection, StreamPosition stream, Query query)
            throws SQLException {
        Set<Holder> holders = holders(connection);
        if (waitedFor == null) {
            waitedFor = holders;
        } else {
            waitedFor.retainAll(holders);
        }
        if (!waitedFor.isEmpty()) {
            return Optional.empty();
        }
        query.run();
        return Optional.of(server.end(connection));
    }

    private Set<Holder> holders(Connection connection) throws SQLException {
        Set<Holder> holders = new HashSet<>();
        try (PreparedStatement query = connection.prepareStatement(HOLDERS)) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    holders.add(new Holder(rows.getString(1), rows.getString(2), rows.getString(3)));
                }
            }
        }
        return holders;
    }

    /** One lock; the event tells it from a later one of the same session. */
    private record Holder(String thread, String event, String lock) {}
}
