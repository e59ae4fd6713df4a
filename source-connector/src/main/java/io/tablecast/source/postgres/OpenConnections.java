// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that a reader's threads are using, so that another thread can cut them: a thread that waits for the
 * server does not feel an interrupt. Thread-safe.
 */
public final class OpenConnections {

    private static final Logger LOG = LoggerFactory.getLogger(OpenConnections.class);

    private final Opening opening;
    private final String target;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isCut;

    public OpenConnections(Connections connections) {
        this(connections::open, connections.target());
    }

    /** @param target for messages */
    public OpenConnections(Opening opening, String target) {
        this.opening = opening;
        this.target = target;
    }

    /** Opens a connection that {@link #cutAll()} will cut; end its use by {@link #close}. */
    public Connection open() throws SQLException {
        Connection connection = opening.open();
        open.add(connection);
        if (isCut) {
            cut(connection);
        }
        return connection;
    }

    /** Closes a connection, whatever state it is in. */
    public void close(Connection connection) {
        open.remove(connection);
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A connection to {} could not be closed in order", target, e);
        }
    }

    /** Cuts all connections, and those that are opened later. */
    public void cutAll() {
        isCut = true;
        open.forEach(this::cut);
    }

    /** Cuts a connection; whoever uses it fails, and closes it. */
    public void cut(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("A connection to {} could not be cut", target, e);
        }
    }

    /** Opens one connection. */
    @FunctionalInterface
    public interface Opening {
        Connection open() throws SQLException;
    }
}
