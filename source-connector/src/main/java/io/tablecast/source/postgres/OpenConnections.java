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

    private final SessionPool sessions;
    private final String target;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isCut;

    /**
     * Those of a reader.
     *
     * @param sessions where they come from, and wait for their next use
     * @param target for messages
     */
    public OpenConnections(SessionPool sessions, String target) {
        this.sessions = sessions;
        this.target = target;
    }

    /**
     * Connections that are used once each.
     *
     * @param target for messages
     */
    public OpenConnections(SessionPool.Opening opening, String target) {
        this(new SessionPool(opening, connection -> {}, 0), target);
    }

    /** Has a connection used: it is given back when the work went well, else closed. */
    public <T, E extends Exception> T use(Work<T, E> work) throws SQLException, E {
        Connection connection = open();
        boolean isDone = false;
        try {
            T result = work.with(connection);
            isDone = true;
            return result;
        } finally {
            if (isDone) {
                giveBack(connection);
            } else {
                close(connection);
            }
        }
    }

    /**
     * Takes a connection that {@link #cutAll()} will cut, in autocommit mode and as it was begun; end its use by
     * {@link #giveBack} or {@link #close}.
     */
    public Connection open() throws SQLException {
        Connection connection = sessions.take();
        open.add(connection);
        if (isCut) {
            cut(connection);
        }
        return connection;
    }

    /** Ends the use of a connection whose work went well; whatever transaction is open on it is rolled back. */
    public void giveBack(Connection connection) {
        // First: it may wait for the server.
        boolean isIntact = SessionPool.endsTransaction(connection);
        open.remove(connection);
        if (isIntact && !isCut) {
            sessions.giveBack(connection);
        } else {
            sessions.close(connection);
        }
    }

    /** Closes a connection, whatever state it is in. */
    public void close(Connection connection) {
        open.remove(connection);
        sessions.close(connection);
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

    /**
     * What is done with a connection, which it leaves in no COPY.
     *
     * @param <E> what may go wrong besides
     */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T with(Connection connection) throws SQLException, E;
    }
}
