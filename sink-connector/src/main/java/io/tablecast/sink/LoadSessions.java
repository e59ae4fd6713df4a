// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static java.util.Objects.requireNonNull;

import io.tablecast.sink.postgres.Connections;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.snapshot.LoadConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of loads, which go from one to the next: a new one costs the server as much as a small table. Only those
 * whose load is done come back; one that does not answer at its next use is left. A few wait at most, none for long, and
 * none goes on for ever, because a server keeps what a session has seen. Thread-safe.
 */
final class LoadSessions implements LoadConnections {

    private static final Logger LOG = LoggerFactory.getLogger(LoadSessions.class);

    /** How many sessions wait for the next load at most. */
    static final int CAPACITY = 4;

    /** How long a session waits for the next load. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    /** How old a session may be that waits for the next load. */
    static final Duration LIFETIME = Duration.ofHours(1);

    /** A session may have ended without a word while it waited. */
    private static final int RENEWAL_PATIENCE_MS = 10_000;

    /** What a load sets for its session. It shows as well whether the session is still there. */
    private static final String RENEWAL = "RESET lock_timeout";

    private final Opening opening;
    private final LongSupplier nanoTime;
    private final Map<Connection, Long> openedAt = new HashMap<>();
    // The one that was used last comes first.
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean isClosed;

    LoadSessions(Connections connections) {
        this(connections::open, System::nanoTime);
    }

    LoadSessions(Opening opening, LongSupplier nanoTime) {
        this.opening = requireNonNull(opening, "opening is null");
        this.nanoTime = requireNonNull(nanoTime, "nanoTime is null");
    }

    @Override
    public Connection open() throws SQLException {
        Connection used = next();
        if (used != null) {
            try {
                renew(used);
                return used;
            } catch (SQLException e) {
                LOG.debug("A session that waited has ended meanwhile; the others are left as well", e);
                close(used);
                closeWaiting();
            }
        }
        Connection fresh = opening.open();
        synchronized (this) {
            openedAt.put(fresh, nanoTime.getAsLong());
        }
        return fresh;
    }

    private synchronized Connection next() {
        Waiting next = waiting.pollFirst();
        return next == null ? null : next.connection;
    }

    private static void renew(Connection connection) throws SQLException {
        int patience = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, RENEWAL_PATIENCE_MS);
        Sql.execute(connection, RENEWAL);
        connection.setNetworkTimeout(Runnable::run, patience);
    }

    @Override
    public void giveBack(Connection connection) {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            LOG.debug("A session has ended with its load", e);
            close(connection);
            return;
        }
        if (!isKept(connection)) {
            close(connection);
        }
    }

    private synchronized boolean isKept(Connection connection) {
        long now = nanoTime.getAsLong();
        Long since = openedAt.get(connection);
        if (isClosed || waiting.size() >= CAPACITY || since == null || now - since >= LIFETIME.toNanos()) {
            return false;
        }
        waiting.addFirst(new Waiting(connection, now));
        return true;
    }

    @Override
    public void close(Connection connection) {
        synchronized (this) {
            openedAt.remove(connection);
        }
        LoadConnections.super.close(connection);
    }

    /** Closes the sessions that no load has needed for some time. */
    void closeIdle() {
        List<Connection> idle = new ArrayList<>();
        synchronized (this) {
            long now = nanoTime.getAsLong();
            Iterator<Waiting> longestFirst = waiting.descendingIterator();
            while (longestFirst.hasNext()) {
                Waiting next = longestFirst.next();
                if (now - next.since < LONGEST_WAIT.toNanos()) {
                    break;
                }
                longestFirst.remove();
                idle.add(next.connection);
            }
        }
        idle.forEach(this::close);
    }

    /** Closes all that wait; those that are in use are closed when they are given back. */
    void closeAll() {
        synchronized (this) {
            isClosed = true;
        }
        closeWaiting();
    }

    private void closeWaiting() {
        List<Waiting> all;
        synchronized (this) {
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(each -> close(each.connection));
    }

    /** Opens one session. */
    @FunctionalInterface
    interface Opening {
        Connection open() throws SQLException;
    }

    private record Waiting(Connection connection, long since) {}
}
