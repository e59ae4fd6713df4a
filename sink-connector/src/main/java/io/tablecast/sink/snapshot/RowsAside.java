// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** How the rows of a snapshot come into the table aside. */
interface RowsAside {

    /** Returns when all rows are in the table, which has no indexes but perhaps its key. */
    Filled fill(Connection connection, LoadTransaction.Progress progress) throws SQLException, InterruptedException;

    /**
     * Returns when every reader sees the rows, or after as long as is allowed.
     *
     * @return what is worth telling, for the run log
     */
    List<String> awaitVisibility(Connection connection) throws SQLException, InterruptedException;

    /** How long ago the first row came. */
    Duration sinceBegin();

    /**
     * A filled table.
     *
     * @param repeats how many rows came again and were passed over
     */
    record Filled(SnapshotTable table, long rows, long repeats) {}
}
