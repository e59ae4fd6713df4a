// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Faults within databases: rights, locks, disks, logs. */
final class DatabaseFaults {
    private static final Duration LONGEST_LOCK = Duration.ofSeconds(10);

    private DatabaseFaults() {}

    static Fault privilegeRevoked(Stage stage, String table) {
        Database source = stage.source();
        return new Fault(
                "privilege revoked",
                () -> source.execute("REVOKE SELECT ON " + table + " FROM " + Stage.SOURCE_ROLE),
                () -> source.execute("GRANT SELECT ON " + table + " TO " + Stage.SOURCE_ROLE));
    }

    /** Until a writer or the connector has waited for the lock. */
    static Fault queueLocked(Stage stage) {
        Database source = stage.source();
        return Fault.brief("queue locked", () -> {
            String queue = source.value("SELECT min(oid::regclass::text) FROM pg_class WHERE relkind = 'r'"
                    + " AND relnamespace = 'tablecast'::regnamespace AND relname LIKE '%items%'");
            lockUntilWaitedFor(source, queue);
        });
    }

    static Fault destinationLocked(Stage stage) {
        return Fault.brief("destination table locked", () -> lockUntilWaitedFor(stage.destination(), Workload.ITEMS));
    }

    static Fault diskFull(Stage stage) {
        return new Fault("destination's disk full", stage.disk()::fill, stage.disk()::empty);
    }

    /** All that is not being written: a connector that is behind finds its place gone. */
    static Fault binlogPurged(Stage stage) {
        return Fault.brief(
                "binlog purged",
                () -> stage.mariaDb().execute("FLUSH BINARY LOGS", "PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY"));
    }

    /** Nobody may come when something else is broken too: then it lasts for the time that it may. */
    private static void lockUntilWaitedFor(Database database, String table) throws SQLException {
        long end = System.nanoTime() + LONGEST_LOCK.toNanos();
        try (Connection blocker = database.connection();
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
            Conditions.await(
                    Stage.PATIENCE,
                    "nobody waits for " + table,
                    () -> database.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                            + " AND datname = current_database()")
                                    > 0
                            || System.nanoTime() - end > 0);
            blocker.rollback();
        }
    }
}
