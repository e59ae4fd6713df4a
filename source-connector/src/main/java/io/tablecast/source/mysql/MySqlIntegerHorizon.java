// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.IncrementalSettings;
import io.tablecast.source.incremental.Horizon;
import io.tablecast.source.incremental.UpperBound;
import io.tablecast.source.metrics.ControlMetrics;
import io.tablecast.source.mysql.MySqlActivity.Sight;
import io.tablecast.source.mysql.MySqlActivity.View;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;

/**
 * The horizon of integers: who will bring a value below the greatest one that was seen has taken it before, in a statement
 * that had begun then. When all that had begun then has ended, every row up to that value is there.
 */
final class MySqlIntegerHorizon implements Horizon {

    private final String quotedTable;
    private final MySqlControl control;
    private final IncrementalSettings settings;
    private final TransactionLooks looks;
    private final MySqlSight sight;

    private Optional<Observation> pending = Optional.empty();
    private Optional<UpperBound> released = Optional.empty();

    MySqlIntegerHorizon(
            TableId table,
            String quotedTable,
            MySqlControl control,
            IncrementalSettings settings,
            TransactionLooks looks,
            ControlMetrics metrics) {
        this.looks = looks;
        this.quotedTable = quotedTable;
        this.control = control;
        this.settings = settings;
        this.sight = new MySqlSight(table, metrics);
    }

    @Override
    public Optional<UpperBound> reach(Connection connection) throws SQLException {
        Optional<View> seen = pending.isPresent() ? looks.view(connection) : Optional.empty();
        if (seen.isPresent()) {
            View view = seen.get();
            boolean isHeld = sight.isHeld(view, settings.boundaryOr(0) + " behind the greatest value");
            boolean haveEnded = view.sight() != Sight.FULL
                    || view.oldest().isAfter(pending.get().time());
            if (haveEnded && !isHeld) {
                released = Optional.of(pending.get().bound());
                pending = Optional.empty();
            }
        }
        return released;
    }

    @Override
    public UpperBound everything(Connection connection) throws SQLException {
        return greatest(connection, BigInteger.ZERO);
    }

    @Override
    public void observe(Connection connection) throws SQLException {
        if (pending.isPresent()) {
            return;
        }
        UpperBound bound = greatest(connection, BigInteger.valueOf(settings.boundaryOr(0)));
        if (released.isPresent() && released.get().equals(bound)) {
            return;
        }
        // After the snapshot: whoever took a smaller value has begun by now, or its row is there in the next snapshot.
        pending = Optional.of(new Observation(bound, OpenedTable.time(connection)));
    }

    private UpperBound greatest(Connection connection, BigInteger behind) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT MAX(" + control.quoted() + ") FROM " + quotedTable)) {
            result.next();
            String greatest = result.getString(1);
            return greatest == null
                    ? UpperBound.nothing()
                    : UpperBound.upTo(new BigInteger(greatest).subtract(behind).toString());
        }
    }

    /** What was seen, and when. */
    private record Observation(UpperBound bound, Instant time) {
        Observation {
            requireNonNull(bound, "bound is null");
            requireNonNull(time, "time is null");
        }
    }
}
