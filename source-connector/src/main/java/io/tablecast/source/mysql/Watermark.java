// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * Reads a chunk when queries see all that the stream had brought when the watermark was first asked; rows that it has
 * brought since are newer than the chunk, whatever the chunk holds. The binlog is ahead of what queries see, so that its
 * end alone proves nothing. For one chunk, and used by one thread.
 */
interface Watermark {

    /**
     * Runs the query, unless it might not see everything yet.
     *
     * @return the place up to which the stream may bring rows that are newer than the chunk; empty when nothing was read
     */
    Optional<BinlogPosition> read(Connection connection, StreamPosition stream, Query query) throws SQLException;

    /** The watermark for a chunk of a table. */
    static Watermark of(MySqlServer server, TableId table) {
        return switch (server.positionForm()) {
            case GTIDS -> new Executed(server);
            case FILE_AND_GTIDS -> new Snapshot(server);
            case FILE -> new EndedWriters(server, table);
        };
    }

    /** Reads the rows of a chunk. */
    interface Query {
        void run() throws SQLException;
    }

    /** MySQL counts a transaction as executed when queries see it. */
    record Executed(MySqlServer server) implements Watermark {
        @Override
        public Optional<BinlogPosition> read(Connection connection, StreamPosition stream, Query query)
                throws SQLException {
            if (!server.hasExecuted(connection, stream.position().gtids())) {
                return Optional.empty();
            }
            query.run();
            return Optional.of(server.end(connection));
        }
    }

    /** MariaDB tells the place of a consistent snapshot. */
    record Snapshot(MySqlServer server) implements Watermark {
        @Override
        public Optional<BinlogPosition> read(Connection connection, StreamPosition stream, Query query)
                throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
                try {
                    BinlogPosition seen = server.seenBySnapshot(connection);
                    if (seen.isBefore(stream.file(), stream.offset())) {
                        return Optional.empty();
                    }
                    query.run();
                    return Optional.of(seen);
                } finally {
                    statement.execute("ROLLBACK");
                }
            }
        }
    }
}
