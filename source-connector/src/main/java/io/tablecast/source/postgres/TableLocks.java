// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import io.tablecast.contract.table.TableId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Session advisory locks that keep two tasks of one connector from reading the same table: a task that the workers have
 * given up, but that still runs, must not send older states after its successor. All locks of a task are held by one
 * connection.
 *
 * <p>The key of a table's lock is the first eight bytes, most significant first, of the SHA-256 digest of
 * {@code tablecast/<connector>/<topic.prefix>/<schema>.<table>} in UTF-8.
 *
 * @see <a href="https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS">Advisory locks</a>
 */
public final class TableLocks implements AutoCloseable {

    /** How often a holder must {@link #confirm} that it still has its locks. */
    public static final Duration CONFIRM_INTERVAL = Duration.ofSeconds(5);

    /** How long a successor waits before it ends the holder's session; a holder that cannot confirm is silent sooner. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(TableLocks.class);
    private static final Duration RETRY_INTERVAL = Duration.ofMillis(500);
    private static final Duration SERVER_PATIENCE = Duration.ofSeconds(10);

    private final Connection connection;
    private final Session session;

    private TableLocks(Connection connection, Session session) {
        this.connection = connection;
        this.session = session;
    }

    /** The key of a table's lock. */
    public static long key(String connector, String topicPrefix, TableId table) {
        return Hashes.number("tablecast/" + connector + "/" + topicPrefix + "/" + table);
    }

    /**
     * Takes the locks of all tables. Whoever holds one of them is waited for, and its session is ended when it does not
     * let go in time.
     *
     * @param stop ends the waiting
     * @throws InterruptedException when stopped
     */
    public static TableLocks acquire(
            Connections connections, String connector, String topicPrefix, List<TableId> tables, CountDownLatch stop)
            throws SQLException, InterruptedException {
        return acquire(connections, connector, topicPrefix, tables, stop, PATIENCE);
    }

    /** The same with another patience. */
    static TableLocks acquire(
            Connections connections,
            String connector,
            String topicPrefix,
            List<TableId> tables,
            CountDownLatch stop,
            Duration patience)
            throws SQLException, InterruptedException {
        return open(connections, keys(connector, topicPrefix, tables), stop, new EndAnyHolder(patience));
    }

    /**
     * Takes the locks again after their connection broke. Only this task's own broken session is ended: if another task
     * holds a lock now, it is the successor, and this one waits for as long as that takes.
     *
     * @param lost the locks that were lost
     */
    public static TableLocks acquireAgain(
            Connections connections,
            String connector,
            String topicPrefix,
            List<TableId> tables,
            CountDownLatch stop,
            TableLocks lost)
            throws SQLException, InterruptedException {
        return open(connections, keys(connector, topicPrefix, tables), stop, new EndOwnSession(lost.session));
    }

    /**
     * Proves that the locks are still held.
     *
     * @throws SQLException when the connection is broken, and the locks with it
     */
    public void confirm() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
        }
    }

    /** Lets go of all locks. */
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("The connection of the table locks could not be closed in order", e);
        }
    }

    /** Whether a task of a connector holds the lock of a table at this moment. */
    public static boolean isHeld(Connection connection, String connector, String topicPrefix, TableId table)
            throws SQLException {
        // The two halves of a key of 64 bits are classid and objid; objsubid 1 tells it from a pair of keys.
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT EXISTS (
                    SELECT FROM pg_catalog.pg_locks l
                    WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
                      AND (l.classid::bigint << 32) | l.objid::bigint = ?
                      AND l.database = (SELECT oid FROM pg_catalog.pg_database
                                        WHERE datname = pg_catalog.current_database()))""")) {
            statement.setLong(1, key(connector, topicPrefix, table));
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getBoolean(1);
            }
        }
    }

    private static Map<Long, TableId> keys(String connector, String topicPrefix, Collection<TableId> tables) {
        Map<Long, TableId> keys = new TreeMap<>();
        tables.forEach(table -> keys.put(key(connector, topicPrefix, table), table));
        return keys;
    }

    private static TableLocks open(
            Connections connections, Map<Long, TableId> keys, CountDownLatch stop, Impatience impatience)
            throws SQLException, InterruptedException {
        Connection connection = connections.open(SERVER_PATIENCE);
        try {
            lockAll(connection, keys, stop, impatience);
            return new TableLocks(connection, Session.of(connection));
        } catch (SQLException | InterruptedException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static void lockAll(
            Connection connection, Map<Long, TableId> keys, CountDownLatch stop, Impatience impatience)
            throws SQLException, InterruptedException {
        Instant started = Instant.now();
        List<Long> missing = tryLock(connection, new ArrayList<>(keys.keySet()));
        boolean waited = !missing.isEmpty();
        if (waited) {
            LOG.info("Waiting for {}: another task is still reading", tables(keys, missing));
        }
        boolean ended = false;
        while (!missing.isEmpty()) {
            boolean isOver = impatience.isOver(Duration.between(started, Instant.now()));
            ended |= isOver && impatience.end(connection, missing);
            if (stop.await(RETRY_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new InterruptedException("stopped");
            }
            missing = tryLock(connection, missing);
        }
        // A holder whose session was ended notices at its next confirmation.
        if (ended && stop.await(CONFIRM_INTERVAL.toMillis() * 2, TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("stopped");
        }
        if (waited) {
            LOG.info("Holding the locks of all {} tables", keys.size());
        }
    }

    private static List<Long> tryLock(Connection connection, List<Long> keys) throws SQLException {
        Array array = connection.createArrayOf("bigint", keys.toArray());
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT key, pg_catalog.pg_try_advisory_lock(key)
                FROM pg_catalog.unnest(?::bigint[]) AS key""")) {
            statement.setArray(1, array);
            try (ResultSet result = statement.executeQuery()) {
                List<Long> missing = new ArrayList<>();
                while (result.next()) {
                    if (!result.getBoolean(2)) {
                        missing.add(result.getLong(1));
                    }
                }
                return missing;
            }
        } finally {
            array.free();
        }
    }

    private static String tables(Map<Long, TableId> keys, List<Long> missing) {
        return missing.stream().map(key -> keys.get(key).toString()).collect(Collectors.joining(", "));
    }

    /** What to do about a holder that does not let go. */
    private interface Impatience {
        boolean isOver(Duration waited);

        /** Ends sessions, and says whether another task's was among them. */
        boolean end(Connection connection, List<Long> missing) throws SQLException;
    }

    private record EndAnyHolder(Duration patience) implements Impatience {
        @Override
        public boolean isOver(Duration waited) {
            return waited.compareTo(patience) >= 0;
        }

        @Override
        public boolean end(Connection connection, List<Long> missing) throws SQLException {
            boolean ended = false;
            Array keys = connection.createArrayOf("bigint", missing.toArray());
            // The two halves of a key of 64 bits are classid and objid; objsubid 1 tells it from a pair of keys.
            try (PreparedStatement statement = connection.prepareStatement("""
                    SELECT l.pid, pg_catalog.pg_terminate_backend(l.pid)
                    FROM pg_catalog.pg_locks l
                    JOIN (SELECT DISTINCT key FROM pg_catalog.unnest(?::bigint[]) AS key) AS k
                      ON (l.classid::bigint << 32) | l.objid::bigint = k.key
                    WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
                      AND l.database = (SELECT oid FROM pg_catalog.pg_database
                                        WHERE datname = pg_catalog.current_database())""")) {
                statement.setArray(1, keys);
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        LOG.warn(
                                "Ended session {} of the task that was reading before and did not let go",
                                result.getInt(1));
                        ended = true;
                    }
                }
            }
            return ended;
        }
    }

    private record EndOwnSession(Session session) implements Impatience {
        @Override
        public boolean isOver(Duration waited) {
            return true;
        }

        @Override
        public boolean end(Connection connection, List<Long> missing) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement("""
                    SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
                    WHERE pid = ? AND backend_start = ?::timestamptz""")) {
                statement.setInt(1, session.pid());
                statement.setString(2, session.started());
                statement.executeQuery().close();
            }
            return false;
        }
    }

    /** A server process, told from others that had its number. */
    private record Session(int pid, String started) {
        static Session of(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("""
                            SELECT pid, backend_start::text FROM pg_catalog.pg_stat_activity
                            WHERE pid = pg_catalog.pg_backend_pid()""")) {
                result.next();
                return new Session(result.getInt(1), result.getString(2));
            }
        }
    }
}
