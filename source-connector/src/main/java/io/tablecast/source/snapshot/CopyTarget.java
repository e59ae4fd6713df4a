// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import java.sql.Connection;
import java.sql.SQLException;

/** What the rows of one copy become, and where they go. Any number of threads may read for it at once. */
interface CopyTarget {

    /** A reader for one thread. */
    Reader newReader();

    /**
     * Sends the end marker, when all rows were read.
     *
     * @return how many rows there were
     */
    long finish() throws InterruptedException;

    /** Reads rows and hands them on. */
    interface Reader {

        /** Reads a query to its end, and returns when all its rows are handed on. */
        void read(Connection connection, String query) throws SQLException, InterruptedException;
    }
}
