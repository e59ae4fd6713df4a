// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** How the rows of a snapshot come into the table aside. */
interface RowsAside {

    /**
     * Returns when every reader sees the rows that are committed already, or after as long as is allowed. Called outside of
     * a transaction, which may be long: an open one would hold back vacuum, and others that wait for older transactions.
     */
    void awaitVisibility(Connection connection) throws SQLException, InterruptedException;

    /** Returns when all rows are in the table, which has no indexes but perhaps its key. */
    Filled fill(Connection connection, LoadTransaction.Progress progress) throws SQLException, InterruptedException;

    /** How long ago the first row came. */
    Duration sinceBegin();

    /**
     * A filled table.
     *
     * @param repeats how many rows came again and were passed over
     * @param remarks what is worth telling, for the run log
     */
    record Filled(SnapshotTable table, long rows, long repeats, List<String> remarks) {

        public Filled {
            remarks = List.copyOf(remarks);
        }
    }
}
