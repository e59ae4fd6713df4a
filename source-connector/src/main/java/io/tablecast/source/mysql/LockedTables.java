// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.metrics.TableMetrics;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables that other sessions keep locked, so that nobody can look at them. They are left alone for a while after each try,
 * so that the other tables are read meanwhile. Used by one thread.
 */
final class LockedTables {

    /** How long a table is left alone that was locked. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(LockedTables.class);

    private final Function<TableId, TableMetrics> metrics;
    private final Clock clock;
    private final Map<TableId, Instant> lockedAt = new HashMap<>();

    LockedTables(Function<TableId, TableMetrics> metrics, Clock clock) {
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    /** Somebody has the table locked. */
    void leaveAlone(TableId table, SQLException failure) {
        LOG.warn(
                "{} is locked by another session; it is looked at again in {} s: {}",
                table,
                PAUSE.toSeconds(),
                failure.getMessage());
        metrics.apply(table).failed();
        lockedAt.put(table, clock.instant());
    }

    /** Whether it is too early for another try. */
    boolean isLeftAlone(TableId table) {
        Instant locked = lockedAt.get(table);
        return locked != null && clock.instant().isBefore(locked.plus(PAUSE));
    }
}
