// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.Hashes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;

/**
 * What can prove that a table has not changed: the server's change counters, files and sizes of the table and all that
 * inherits from it, and the times at which counters could have been lost.
 *
 * <p>Counters are written after the commit, at the latest a minute later. So they must be read before the transaction
 * that copies: then every change that they count is in the copy, and a change that they miss makes them differ later.
 *
 * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html">Cumulative statistics</a>
 */
final class ChangeProof {

    /** How long after a commit its change may still be missing from the counters. */
    static final Duration COUNTER_DELAY = Duration.ofSeconds(60);

    /** No proof is possible. */
    static final ChangeProof NONE = new ChangeProof("");

    /** Older servers may keep the counts of an idle session back for as long as it stays idle. */
    private static final int FIRST_VERSION = 150_000;

    /** Lock not available: asking for a table's size waits for whoever has locked it to change it. */
    private static final String LOCKED = "55P03";

    private final String counters;

    private ChangeProof(String counters) {
        this.counters = counters;
    }

    /**
     * Reads the counters, outside of a transaction. A table that stays locked for longer than the session's
     * {@code lock_timeout} cannot be proven.
     *
     * @param lastProven when the table was last copied or proven unchanged
     */
    static ChangeProof read(Connection connection, TableId table, Instant lastProven) throws SQLException {
        return read(connection, table, lastProven, COUNTER_DELAY);
    }

    static ChangeProof read(Connection connection, TableId table, Instant lastProven, Duration counterDelay)
            throws SQLException {
        // relkind: only stored tables are counted. A policy may ask other tables. A session may hold back counts from
        // before a transaction that it began after the last proof and a while ago, and those of a procedure that
        // commits; a session that we may not see could do either. Our own sessions change no captured table, however
        // long
        // the copies of a run take.
        try (PreparedStatement statement = connection.prepareStatement("""
                WITH RECURSIVE member AS (
                    SELECT c.oid
                    FROM pg_catalog.pg_class c
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = ? AND c.relname = ?
                    UNION
                    SELECT i.inhrelid
                    FROM member m
                    JOIN pg_catalog.pg_inherits i ON i.inhparent = m.oid
                )
                SELECT bool_and(c.relkind IN ('r', 'p') AND NOT c.relrowsecurity)
                       AND NOT pg_catalog.pg_is_in_recovery()
                       AND pg_catalog.current_setting('track_counts')::bool
                       AND pg_catalog.current_setting('server_version_num')::int >= ?
                       AND NOT EXISTS (
                           SELECT FROM pg_catalog.pg_stat_activity a
                           WHERE a.datname = pg_catalog.current_database()
                             AND a.pid <> pg_catalog.pg_backend_pid()
                             AND (a.usename = current_user
                                  AND a.application_name LIKE 'tablecast/%'
                                  AND a.application_name = pg_catalog.current_setting('application_name')) IS NOT TRUE
                             AND (a.query = '<insufficient privilege>'
                                  OR a.state <> 'idle'
                                     AND a.xact_start BETWEEN ?::timestamptz
                                                      AND pg_catalog.clock_timestamp() - ?::interval
                                  OR a.state = 'active'
                                     AND a.query_start < a.xact_start - interval '1 s'))
                       AS is_provable,
                       string_agg(pg_catalog.concat_ws(':', c.oid,
                               pg_catalog.pg_relation_filenode(c.oid),
                               pg_catalog.pg_relation_size(c.oid),
                               pg_catalog.pg_stat_get_tuples_inserted(c.oid),
                               pg_catalog.pg_stat_get_tuples_updated(c.oid),
                               pg_catalog.pg_stat_get_tuples_deleted(c.oid)), ',' ORDER BY c.oid)
                       AS counters,
                       pg_catalog.pg_postmaster_start_time(),
                       (SELECT stats_reset FROM pg_catalog.pg_stat_database
                        WHERE datname = pg_catalog.current_database()),
                       (SELECT stats_reset FROM pg_catalog.pg_stat_bgwriter)
                FROM member m
                JOIN pg_catalog.pg_class c ON c.oid = m.oid""")) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            statement.setInt(3, FIRST_VERSION);
            // The clocks of worker and server may differ a little.
            statement.setTimestamp(4, Timestamp.from(lastProven.minus(counterDelay)));
            statement.setString(5, counterDelay.toMillis() + " ms");
            try (ResultSet result = statement.executeQuery()) {
                return of(result);
            } catch (SQLException e) {
                if (LOCKED.equals(e.getSQLState())) {
                    return NONE;
                }
                throw e;
            }
        }
    }

    private static ChangeProof of(ResultSet result) throws SQLException {
        result.next();
        if (!result.getBoolean(1)) {
            return NONE;
        }
        String resets = result.getString(3) + "/" + result.getString(4) + "/" + result.getString(5);
        return new ChangeProof(result.getString(2) + "/" + resets);
    }

    /**
     * The text to keep in the offset: equal ones prove that the table is unchanged. Empty when nothing is proven.
     *
     * @param structure fingerprint of the table's structure and settings
     */
    String fingerprint(String structure) {
        return counters.isEmpty() ? "" : Hashes.text(counters + "/" + structure);
    }
}
