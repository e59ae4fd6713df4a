// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections to the destination. Called on the loads' threads. */
@FunctionalInterface
public interface LoadConnections {

    /** A connection in autocommit mode, set as a new one is; the load closes it or gives it back. */
    Connection open() throws SQLException;

    /** Takes back the connection of a load that is done, for the next one. Nothing that it fails with concerns the load. */
    default void giveBack(Connection connection) {
        close(connection);
    }

    /** Ends a connection, whatever state it is in. */
    default void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            SnapshotLoad.LOG.debug("Could not close the connection of a load; the server ends it", e);
        }
    }
}
