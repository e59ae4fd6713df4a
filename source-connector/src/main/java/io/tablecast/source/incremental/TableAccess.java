// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.record.SchemaChange;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What servers do differently for a table that is read by its control column; {@link TableRun} decides what is done when.
 * A look is a transaction: what is called between {@link #begin} and {@link #end} sees one state of the table. Used by one
 * thread at a time.
 *
 * @param <T> how the server's tables are described
 */
public interface TableAccess<T extends SeenTable> {

    /**
     * Reads what the table is like, in no transaction.
     *
     * @throws UnusableControlException when its control column cannot serve
     */
    T read(Connection connection) throws SQLException;

    /** What knows up to where the table can be read. */
    Horizon horizon(T table);

    /** Begins a look. The table stays as it is returned until the look ends. */
    T begin(Connection connection, T known) throws SQLException;

    /** Ends a look that went well. After a failure the connection is closed instead. */
    void end(Connection connection) throws SQLException;

    /** Whether a horizon of one of the two says nothing about the other. */
    boolean isAnother(T now, T known);

    /** How the columns differ from those of a position; empty when only a copy tells what has become of the rows. */
    Optional<List<SchemaChange>> changes(Connection connection, T now, TableOffset.Following last) throws SQLException;

    /** Copies all rows within a bound, and says where following goes on. */
    SentPosition copy(Connection connection, T now, UpperBound bound) throws SQLException, InterruptedException;

    /**
     * Copies the rows of a range again.
     *
     * @param before how far the table is sent
     */
    SentPosition copyRange(Connection connection, T now, RangeCopy range, SentPosition before)
            throws SQLException, InterruptedException;

    /**
     * Sends the next rows within a bound.
     *
     * @param sent moves with what is handed on
     * @param changes of the columns since the last record
     * @return how many rows; fewer than a full page only when there are no more
     */
    long page(Connection connection, T now, UpperBound bound, SentPosition sent, List<SchemaChange> changes)
            throws SQLException, InterruptedException;

    /** Reports the rows that no control value leads to. */
    void reportUnreachable(Connection connection, T now) throws SQLException;

    /** Looks for rows that came with control values that had been read before, when that is due and can be found. */
    void lookForLateRows(Connection connection, T now, ControlPosition position) throws SQLException;
}
