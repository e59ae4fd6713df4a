// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring blocks of a table's file, which PostgreSQL 14 and newer reads without looking at others.
 *
 * @param end the first block behind the range; {@link #OPEN} when it reaches to the end of the file
 * @see <a href="https://www.postgresql.org/docs/current/ddl-system-columns.html">ctid</a>
 */
public record BlockRange(long begin, long end) {

    /** The range has no end. */
    public static final long OPEN = -1;

    /** What is taken to be in a block when nobody has counted. */
    private static final long USUAL_ROWS = 50;

    /**
     * Divides a table into ranges of about so many rows, the last one open, so that together they hold every row. Only a
     * table that is one file of its own can be divided: views, foreign and partitioned tables, parents of others, and
     * tables of other access methods than PostgreSQL's own are not.
     *
     * @return empty when the table cannot be divided or has no more rows
     */
    public static List<BlockRange> divide(Connection connection, SourceTable table, long rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint,
                       CASE WHEN c.reltuples > 0 AND c.relpages > 0
                            THEN pg_catalog.ceil(c.reltuples / c.relpages) ELSE ? END::bigint
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_am a ON a.oid = c.relam
                WHERE c.oid = ?::pg_catalog.oid AND c.relkind IN ('r', 'm') AND a.amname = 'heap'
                  AND NOT c.relhassubclass""")) {
            statement.setLong(1, USUAL_ROWS);
            statement.setLong(2, table.oid());
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? ranges(result.getLong(1), Math.max(1, rows / result.getLong(2))) : List.of();
            }
        }
    }

    static List<BlockRange> ranges(long blocks, long size) {
        if (blocks <= size) {
            return List.of();
        }
        List<BlockRange> ranges = new ArrayList<>();
        for (long begin = 0; begin < blocks; begin += size) {
            long end = begin + size;
            ranges.add(new BlockRange(begin, end < blocks ? end : OPEN));
        }
        return ranges;
    }

    /** The condition that the rows of the range meet. */
    String condition(String alias) {
        String from = alias + ".ctid >= '(" + begin + ",0)'::pg_catalog.tid";
        return end == OPEN ? from : from + " AND " + alias + ".ctid < '(" + end + ",0)'::pg_catalog.tid";
    }
}
