// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.source.postgres.OpenConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Connections that go from table to table, at most one for each thread. Thread-safe. */
public final class IdleConnections {

    private final OpenConnections connections;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    public IdleConnections(OpenConnections connections) {
        this.connections = connections;
    }

    /** Takes a connection in no transaction; to be given back or dropped. */
    Connection take() throws SQLException {
        Connection connection = idle.pollFirst();
        return connection == null ? connections.open() : connection;
    }

    /** Gives back a connection whose work went well. */
    void giveBack(Connection connection) {
        idle.addFirst(connection);
    }

    /** Closes a connection that may be in any state. */
    void drop(Connection connection) {
        connections.close(connection);
    }
}
