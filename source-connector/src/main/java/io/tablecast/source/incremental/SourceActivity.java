// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What other sessions of the database are doing. The connector's own sessions are left out: they only read.
 *
 * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW">pg_stat_activity</a>
 */
final class SourceActivity {

    private static final String OTHER_SESSIONS = """
            a.datid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
            AND a.usesysid IS NOT NULL
            AND a.pid <> pg_catalog.pg_backend_pid()
            AND NOT (a.application_name = pg_catalog.current_setting('application_name') AND a.usename = current_user)""";

    private SourceActivity() {}

    /** What can be seen of the transactions that may write to a table. */
    static View view(Connection connection, long table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT pg_catalog.clock_timestamp(),
                       CASE WHEN pg_catalog.pg_is_in_recovery() THEN 'STANDBY'
                            WHEN EXISTS (SELECT FROM pg_catalog.pg_subscription_rel s
                                         WHERE s.srrelid = ?::pg_catalog.oid
                                            OR s.srrelid IN (SELECT relid FROM pg_catalog.pg_partition_tree(?::pg_catalog.oid)))
                            THEN 'SUBSCRIBED'
                            WHEN NOT pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') THEN 'NO_PRIVILEGE'
                            ELSE 'FULL' END,
                       (SELECT min(a.xact_start) FROM pg_catalog.pg_stat_activity a WHERE %s)""".formatted(OTHER_SESSIONS))) {
            statement.setLong(1, table);
            statement.setLong(2, table);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                Instant clock = result.getObject(1, OffsetDateTime.class).toInstant();
                OffsetDateTime oldest = result.getObject(3, OffsetDateTime.class);
                return new View(clock, Sight.valueOf(result.getString(2)), oldest == null ? clock : oldest.toInstant());
            }
        }
    }

    /** The database's clock. */
    static Instant clock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT pg_catalog.clock_timestamp()")) {
            result.next();
            return result.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    /**
     * A prepared transaction: when it began is not known, and it outlives its session. To be asked after the sessions, so
     * that one which is being prepared is seen here or there.
     */
    static Optional<String> preparedTransaction(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("""
                        SELECT gid FROM pg_catalog.pg_prepared_xacts
                        WHERE database = pg_catalog.current_database() ORDER BY prepared LIMIT 1""")) {
            return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
        }
    }

    /** The transactions that are open now, also those that have written nothing yet; anyone may see these. */
    static Set<String> openTransactions(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("""
                        SELECT l.virtualxid FROM pg_catalog.pg_locks l
                        JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
                        WHERE l.locktype = 'virtualxid' AND l.granted AND l.virtualtransaction = l.virtualxid AND %s""".formatted(OTHER_SESSIONS))) {
            Set<String> transactions = new HashSet<>();
            while (result.next()) {
                transactions.add(result.getString(1));
            }
            return transactions;
        }
    }

    /** How much of the writers' transactions can be seen. */
    enum Sight {
        FULL,
        /** The times of other roles' transactions are hidden. */
        NO_PRIVILEGE,
        /** Rows arrive from another server, whose transactions are not seen. */
        STANDBY,
        /** A subscription writes to the table. */
        SUBSCRIBED
    }

    /** @param oldest when the oldest open transaction has begun as far as is seen; the clock when there is none */
    record View(Instant clock, Sight sight, Instant oldest) {}
}
