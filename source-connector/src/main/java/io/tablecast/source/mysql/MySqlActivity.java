// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What other sessions of a server are doing.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/9.7/en/information-schema-innodb-trx-table.html">INNODB_TRX</a>
 */
final class MySqlActivity {

    private static final int MISSING_PRIVILEGE = 1227;

    /** Times are shown in whole seconds, the fraction cut off. */
    private static final long UNSURE_SECONDS = 1;

    private MySqlActivity() {}

    /**
     * What can be seen of the transactions that may write; empty when the server answers from a cache, which may lack
     * those that have begun since.
     */
    static Optional<View> view(Connection connection) throws SQLException {
        Instant clock = OpenedTable.time(connection);
        // Before the transactions: a statement that begins one meanwhile is seen here or there.
        Statements statements = statements(connection);
        try {
            return transactions(connection).map(transactions -> view(clock, statements, transactions));
        } catch (SQLException e) {
            if (e.getErrorCode() != MISSING_PRIVILEGE) {
                throw e;
            }
            return Optional.of(new View(clock, Sight.NO_PRIVILEGE, clock, Optional.empty()));
        }
    }

    private static View view(Instant clock, Statements statements, Transactions transactions) {
        long age = transactions.oldestSeconds();
        for (Map.Entry<Long, Long> statement : statements.seconds().entrySet()) {
            if (!transactions.readers().contains(statement.getKey())) {
                age = Math.max(age, statement.getValue());
            }
        }
        Instant oldest = age < 0 ? clock : clock.minusSeconds(age + UNSURE_SECONDS);
        return new View(clock, statements.sight(), oldest, transactions.detached());
    }

    private static Statements statements(Connection connection) throws SQLException {
        Map<Long, Long> seconds = new HashMap<>();
        Sight sight = Sight.FULL;
        try (Statement statement = connection.createStatement();
                ResultSet own = statement.executeQuery("SELECT CONNECTION_ID()")) {
            own.next();
            seconds.put(own.getLong(1), -1L);
        }
        try (Statement statement = connection.createStatement();
                ResultSet sessions = statement.executeQuery("SHOW PROCESSLIST")) {
            while (sessions.next()) {
                String command = sessions.getString("Command");
                if (command.equals("Daemon") || command.startsWith("Binlog Dump")) {
                    continue;
                }
                if (sessions.getString("User").equals("system user")) {
                    sight = Sight.REPLICA;
                } else if (!command.equals("Sleep")) {
                    seconds.putIfAbsent(sessions.getLong("Id"), Math.max(0, sessions.getLong("Time")));
                }
            }
        }
        return new Statements(seconds, sight);
    }

    private static Optional<Transactions> transactions(Connection connection) throws SQLException {
        String look = Long.toUnsignedString(ThreadLocalRandom.current().nextLong());
        try (Statement statement = connection.createStatement()) {
            // The server shows these times in the zone of its operating system.
            statement.execute("SET SESSION time_zone = 'SYSTEM'");
            // So that this very statement is among what a current answer shows.
            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
            try (ResultSet open = statement.executeQuery("""
                    SELECT trx_mysql_thread_id, trx_is_read_only, trx_id, trx_query LIKE '%%look %s %%' AS is_this,
                           TIMESTAMPDIFF(SECOND, trx_started, NOW()) AS seconds, trx_mysql_thread_id = CONNECTION_ID() AS own
                    FROM information_schema.innodb_trx""".formatted(look))) {
                return transactions(open);
            } finally {
                statement.execute("ROLLBACK");
                // Also without the privilege: values are read in this session afterwards.
                statement.execute("SET SESSION time_zone = '+00:00'");
            }
        }
    }

    private static Optional<Transactions> transactions(ResultSet open) throws SQLException {
        Set<Long> readers = new HashSet<>();
        String detached = null;
        long oldest = -1;
        boolean isCurrent = false;
        while (open.next()) {
            long session = open.getLong("trx_mysql_thread_id");
            if (open.getBoolean("own")) {
                isCurrent = open.getBoolean("is_this");
                continue;
            }
            if (open.getBoolean("trx_is_read_only")) {
                readers.add(session);
                continue;
            }
            if (session == 0) {
                detached = open.getString("trx_id");
            }
            oldest = Math.max(oldest, Math.max(0, open.getLong("seconds")));
        }
        return isCurrent
                ? Optional.of(new Transactions(readers, oldest, Optional.ofNullable(detached)))
                : Optional.empty();
    }

    /** How much of the writers' transactions can be seen. */
    enum Sight {
        FULL,
        /** The transactions of other users are hidden. */
        NO_PRIVILEGE,
        /** Rows arrive from another server, whose transactions are not seen. */
        REPLICA
    }

    /**
     * What was seen.
     *
     * @param oldest when the oldest statement or transaction that may write has begun; the clock when there is none
     * @param detached a transaction that has outlived its session, as prepared ones do; nobody tells when it wrote
     */
    record View(Instant clock, Sight sight, Instant oldest, Optional<String> detached) {
        View {
            requireNonNull(clock, "clock is null");
            requireNonNull(sight, "sight is null");
            requireNonNull(oldest, "oldest is null");
        }
    }

    /** @param seconds for how long sessions have been running their statements */
    private record Statements(Map<Long, Long> seconds, Sight sight) {}

    /**
     * The open transactions.
     *
     * @param readers the sessions whose transactions only read
     * @param oldestSeconds for how long the oldest other one is open; negative when there is none
     */
    private record Transactions(Set<Long> readers, long oldestSeconds, Optional<String> detached) {}
}
