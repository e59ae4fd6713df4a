// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.ThreadLocalRandom;
import org.postgresql.replication.LogSequenceNumber;

/**
 * The moment that a snapshot shows.
 *
 * @param id names the snapshot; no two are alike
 * @param lsn where the write-ahead log stood, or how far a standby had replayed it
 */
public record SnapshotPoint(String id, Instant time, long lsn) {

    private static final int RADIX = 36;

    public SnapshotPoint {
        requireNonNull(id, "id is null");
        requireNonNull(time, "time is null");
    }

    /** The moment of the connection's transaction. */
    public static SnapshotPoint of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("""
                        SELECT pg_catalog.transaction_timestamp(),
                               CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                                    ELSE pg_catalog.pg_current_wal_lsn() END""")) {
            result.next();
            Instant time = result.getObject(1, OffsetDateTime.class).toInstant();
            long lsn = LogSequenceNumber.valueOf(result.getString(2)).asLong();
            return new SnapshotPoint(newId(time), time, lsn);
        }
    }

    /** The same moment, for another copy. */
    SnapshotPoint ofAnotherCopy() {
        return new SnapshotPoint(newId(time), time, lsn);
    }

    /** The name of a new snapshot. */
    public static String newId(Instant time) {
        return Long.toString(time.toEpochMilli(), RADIX)
                + "-"
                + Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), RADIX);
    }
}
