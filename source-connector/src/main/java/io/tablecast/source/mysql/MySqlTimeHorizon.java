// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.ControlType;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.IncrementalSettings;
import io.tablecast.source.incremental.ControlTimes;
import io.tablecast.source.incremental.Horizon;
import io.tablecast.source.incremental.UpperBound;
import io.tablecast.source.metrics.ControlMetrics;
import io.tablecast.source.mysql.MySqlActivity.Sight;
import io.tablecast.source.mysql.MySqlActivity.View;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.Optional;

/**
 * The horizon of times: values are taken from the server's clock when a statement begins, or later. A transaction begins
 * with its first statement that reaches the engine, which is later than that statement's own beginning by as long as it
 * waited for locks on whole tables; {@code boundary} is to be longer than such waits.
 */
final class MySqlTimeHorizon implements Horizon {

    /** A statement takes its time a moment before others can see it. */
    private static final Duration LEAST_DISTANCE = Duration.ofSeconds(2);

    private static final Duration USUAL_DISTANCE = Duration.ofSeconds(10);
    private static final Duration BLIND_DISTANCE = Duration.ofMinutes(10);

    private final MySqlControl control;
    private final IncrementalSettings settings;
    private final ControlTimes times;
    private final TransactionLooks looks;
    private final MySqlSight sight;

    private Optional<UpperBound> last = Optional.empty();

    MySqlTimeHorizon(
            TableId table,
            MySqlControl control,
            IncrementalSettings settings,
            TransactionLooks looks,
            ControlMetrics metrics) {
        this.looks = looks;
        this.control = control;
        this.settings = settings;
        this.times = new ControlTimes(settings.zone());
        this.sight = new MySqlSight(table, metrics);
    }

    @Override
    public Optional<UpperBound> reach(Connection connection) throws SQLException {
        Optional<View> seen = looks.view(connection);
        if (seen.isEmpty()) {
            return last;
        }
        View view = seen.get();
        boolean isHeld = sight.isHeld(view, settings.boundaryOr(BLIND_DISTANCE.toMillis()) + " ms behind the clock");
        boolean isPaused =
                control.type() != ControlType.TIMESTAMPTZ && settings.dstPause().covers(view.clock(), settings.zone());
        if (!isPaused && !isHeld) {
            last = Optional.of(UpperBound.below(times.safelyBelow(floor(bound(view)), control.type())));
        }
        return last;
    }

    @Override
    public UpperBound everything(Connection connection) throws SQLException {
        Instant end = floor(OpenedTable.time(connection)).plusNanos(unit());
        return UpperBound.below(times.after(end, control.type()));
    }

    @Override
    public void observe(Connection connection) {
        // The clock is known without looking at the table.
    }

    private Instant bound(View view) {
        if (view.sight() != Sight.FULL) {
            return view.clock().minusMillis(settings.boundaryOr(BLIND_DISTANCE.toMillis()));
        }
        long boundary = settings.boundaryOr(USUAL_DISTANCE.toMillis());
        Instant behindClock = view.clock().minusMillis(Math.max(boundary, LEAST_DISTANCE.toMillis()));
        Instant behindOldest = view.oldest().minusMillis(boundary);
        return behindClock.isBefore(behindOldest) ? behindClock : behindOldest;
    }

    /** A value that the column can hold: servers may round others up. */
    private Instant floor(Instant moment) {
        return moment.minusNanos(Math.floorMod(moment.get(ChronoField.NANO_OF_SECOND), unit()));
    }

    private long unit() {
        return Math.round(Math.pow(10, 9 - control.fractionDigits()));
    }
}
