// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.errors.ConnectException;

/** A transaction that makes or removes queues: all of it, or nothing. */
final class SetupTransaction {

    /** Shorter than the server's usual deadlock_timeout of 1 s. */
    private static final String LOCK_TIMEOUT = "500ms";

    /** Those before may be many, of all tasks and connectors, and each takes a moment; nobody waits for who waits here. */
    static final Duration LONGEST_WAIT_FOR_TURN = Duration.ofMinutes(1);

    /** First key of the advisory lock; the second is the hash of the queue schema's name. */
    private static final int ADVISORY_LOCK = 0x7ab1eca5;

    /** Of a script, and while it is written: what is printed has the names that are found when it is run. */
    private static final String SEARCH_PATH = "SET LOCAL search_path = pg_catalog, pg_temp";

    private SetupTransaction() {}

    /**
     * Does some work and commits it.
     *
     * @param connection without autocommit
     * @throws ConnectException when a privilege is missing
     */
    static <T> T run(Connection connection, QueueWork what, TableId table, Work<T> work) throws SQLException {
        try {
            T result = work.run();
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            rollback(connection, e);
            if (e instanceof SQLException sql && "42501".equals(sql.getSQLState())) {
                throw new ConnectException(what.refusal(table) + sql.getMessage() + ". " + what.privilegeRemedy(), sql);
            }
            throw e;
        }
    }

    /**
     * The statements that such a transaction begins with: others wait, and writers never queue up behind it for longer
     * than half a second.
     *
     * @param patience how long it waits for its turn, some milliseconds at least
     */
    static List<String> begin(QueueRegistry registry, Duration patience) {
        return List.of(
                "SET LOCAL lock_timeout = '" + patience.toMillis() + "ms'",
                "SELECT pg_advisory_xact_lock(" + ADVISORY_LOCK + ", "
                        + registry.schema().hashCode() + ")",
                "SET LOCAL lock_timeout = '" + LOCK_TIMEOUT + "'");
    }

    /** The same for a script that somebody else runs, in a session that is not ours: whatever its search path is. */
    static List<String> beginOfScript(QueueRegistry registry) {
        List<String> statements = new ArrayList<>(List.of(SEARCH_PATH));
        statements.addAll(begin(registry, LONGEST_WAIT_FOR_TURN));
        return List.copyOf(statements);
    }

    /**
     * Has the server write names, those of types above all, as such a script has to have them, until the transaction ends.
     *
     * @param connection without autocommit
     */
    static void writeScript(Connection connection) throws SQLException {
        execute(connection, List.of(SEARCH_PATH));
    }

    static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static void rollback(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** What happens inside a transaction. */
    interface Work<T> {
        T run() throws SQLException;
    }
}
