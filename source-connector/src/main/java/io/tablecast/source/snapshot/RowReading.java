// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import io.tablecast.source.postgres.BlockRange;
import io.tablecast.source.postgres.CopyQuery;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.postgres.SourceTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Reads the rows of tables that are copied: large ones in ranges of their blocks, by several connections that share one
 * snapshot. Thread-safe.
 */
public final class RowReading {

    private final OpenConnections connections;
    private final CopyThreads threads;

    /** @param connections for those that come to help */
    public RowReading(OpenConnections connections, CopyThreads threads) {
        this.connections = connections;
        this.threads = threads;
    }

    /**
     * Reads all rows of a query, and returns when they are handed on.
     *
     * @param connection its transaction is open, has the snapshot, and has locked the table
     */
    void read(Connection connection, SourceTable table, CopyQuery query, CopyTarget target)
            throws SQLException, InterruptedException {
        List<BlockRange> ranges =
                threads.count() > 1 ? BlockRange.divide(connection, table, threads.chunkRows()) : List.of();
        if (ranges.isEmpty()) {
            target.newReader().read(connection, query.text());
            return;
        }
        new SharedCopy(connections, threads, table, query, ranges, target).read(connection);
    }
}
