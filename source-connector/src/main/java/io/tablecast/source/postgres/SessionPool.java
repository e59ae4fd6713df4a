// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import static java.util.Objects.requireNonNull;

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
 * Sessions that go from table to table: a new one costs the server as much as the copy of a small table. Only those whose
 * work went well come back; they are renewed before their next use, and one that does not answer then is left. A few wait
 * at most, none is used that has waited for long, and none goes on for ever, because a server keeps what a session has seen.
 * Those that have waited for long are closed when the next one is taken or given back, and by {@link #closeIdle()}.
 * Thread-safe.
 */
public final class SessionPool {

    private static final Logger LOG = LoggerFactory.getLogger(SessionPool.class);

    /** How long a session waits for its next use. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    /** How old a session may be that waits for its next use. */
    static final Duration LIFETIME = Duration.ofHours(1);

    private final Opening opening;
    private final Renewal renewal;
    private final int capacity;
    private final LongSupplier nanoTime;
    private final Map<Connection, Long> openedAt = new HashMap<>();
    // The one that was used last comes first.
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean isClosed;

    /**
     * Prepares the pool.
     *
     * @param capacity how many sessions wait for their next use at most
     */
    public SessionPool(Opening opening, Renewal renewal, int capacity) {
        this(opening, renewal, capacity, System::nanoTime);
    }

    SessionPool(Opening opening, Renewal renewal, int capacity, LongSupplier nanoTime) {
        this.opening = requireNonNull(opening, "opening is null");
        this.renewal = requireNonNull(renewal, "renewal is null");
        this.capacity = capacity;
        this.nanoTime = nanoTime;
    }

    /** A session in autocommit mode that is as it was begun; to be given back or closed. */
    public Connection take() throws SQLException {
        closeIdle();
        Connection used = next();
        if (used != null) {
            try {
                renewal.renew(used);
                return used;
            } catch (SQLException e) {
                LOG.debug("A session that waited has ended meanwhile; the others are left as well", e);
                close(used);
                closeWaiting();
            }
        }
        return open();
    }

    private Connection open() throws SQLException {
        Connection fresh = opening.open();
        try {
            renewal.renew(fresh);
        } catch (SQLException e) {
            closeQuietly(fresh);
            throw e;
        }
        synchronized (this) {
            openedAt.put(fresh, nanoTime.getAsLong());
        }
        return fresh;
    }

    private synchronized Connection next() {
        Waiting next = waiting.pollFirst();
        return next == null ? null : next.connection;
    }

    /** Takes back a session whose work went well. What its transaction holds is let go of at once. */
    public void giveBack(Connection connection) {
        if (!endsTransaction(connection) || !isKept(connection)) {
            close(connection);
        }
        closeIdle();
    }

    /** Ends the transaction of a session whose work went well; false when the session has ended with it. */
    static boolean endsTransaction(Connection connection) {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            return true;
        } catch (SQLException e) {
            LOG.debug("A session has ended with its work", e);
            return false;
        }
    }

    private synchronized boolean isKept(Connection connection) {
        long now = nanoTime.getAsLong();
        Long since = openedAt.get(connection);
        if (isClosed || waiting.size() >= capacity || since == null || now - since >= LIFETIME.toNanos()) {
            return false;
        }
        waiting.addFirst(new Waiting(connection, now));
        return true;
    }

    /** Closes a session, whatever state it is in. */
    public void close(Connection connection) {
        synchronized (this) {
            openedAt.remove(connection);
        }
        closeQuietly(connection);
    }

    /** Closes the sessions that nobody has needed for some time. */
    public void closeIdle() {
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
    public void closeAll() {
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

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A connection could not be closed in order", e);
        }
    }

    /** Opens one session. */
    @FunctionalInterface
    public interface Opening {
        Connection open() throws SQLException;
    }

    /** Makes a session as it is to be when a table's work begins, new ones too. */
    @FunctionalInterface
    public interface Renewal {
        /**
         * Renews a session in autocommit mode.
         *
         * @throws SQLException when it does not answer; it is not used any more
         */
        void renew(Connection connection) throws SQLException;
    }

    private record Waiting(Connection connection, long since) {}
}
