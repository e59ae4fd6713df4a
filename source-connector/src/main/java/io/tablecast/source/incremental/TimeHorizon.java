// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.contract.offset.ControlType;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.IncrementalSettings;
import io.tablecast.source.incremental.SourceActivity.Sight;
import io.tablecast.source.incremental.SourceActivity.View;
import io.tablecast.source.metrics.ControlMetrics;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The horizon of times: values are taken from the database's clock when a transaction begins, or later. So all rows
 * that are older than the oldest open transaction are committed or gone.
 */
final class TimeHorizon implements Horizon {

    private static final Logger LOG = LoggerFactory.getLogger(TimeHorizon.class);

    /** A transaction takes its time a moment before others can see that it has begun. */
    private static final Duration LEAST_DISTANCE = Duration.ofSeconds(2);

    private static final Duration BLIND_DISTANCE = Duration.ofMinutes(10);

    private final TableId table;
    private final long oid;
    private final ControlType type;
    private final IncrementalSettings settings;
    private final ControlTimes times;
    private final PreparedHold preparedHold;

    private Sight sight;
    private Optional<UpperBound> last = Optional.empty();

    TimeHorizon(TableId table, long oid, ControlType type, IncrementalSettings settings, ControlMetrics metrics) {
        this.table = table;
        this.oid = oid;
        this.type = type;
        this.settings = settings;
        this.times = new ControlTimes(settings.zone());
        this.preparedHold = new PreparedHold(LOG, table, metrics);
    }

    @Override
    public Optional<UpperBound> reach(Connection connection) throws SQLException {
        View view = SourceActivity.view(connection, oid);
        boolean isHeld = preparedHold.isHeld(connection);
        tell(view.sight());
        boolean isPaused =
                type != ControlType.TIMESTAMPTZ && settings.dstPause().covers(view.clock(), settings.zone());
        if (!isPaused && !isHeld) {
            last = Optional.of(UpperBound.below(times.safelyBelow(bound(view), type)));
        }
        return last;
    }

    @Override
    public UpperBound everything(Connection connection) throws SQLException {
        return UpperBound.below(times.after(SourceActivity.clock(connection), type));
    }

    @Override
    public void observe(Connection connection) {
        // The clock is known without looking at the table.
    }

    private Instant bound(View view) {
        if (view.sight() != Sight.FULL) {
            return view.clock().minusMillis(settings.boundaryOr(BLIND_DISTANCE.toMillis()));
        }
        long boundary = settings.boundaryOr(0);
        Instant behindClock = view.clock().minusMillis(Math.max(boundary, LEAST_DISTANCE.toMillis()));
        // Writers that fill the column from a clock of their own may be behind by as much as the boundary.
        Instant behindOldest = view.oldest().minusMillis(boundary);
        return behindClock.isBefore(behindOldest) ? behindClock : behindOldest;
    }

    private void tell(Sight now) {
        if (now != sight) {
            sight = now;
            Assumption.log(LOG, table, now, settings.boundaryOr(BLIND_DISTANCE.toMillis()) + " ms behind the clock");
        }
    }
}
