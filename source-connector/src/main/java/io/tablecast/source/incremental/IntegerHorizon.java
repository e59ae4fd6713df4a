// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.IncrementalSettings;
import io.tablecast.source.incremental.SourceActivity.Sight;
import io.tablecast.source.metrics.ControlMetrics;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The horizon of integers: who will bring a value below the greatest one that was seen has taken it before, so its
 * transaction was open then. When all of those have ended, every row up to that value is there.
 */
final class IntegerHorizon implements Horizon {

    private static final Logger LOG = LoggerFactory.getLogger(IntegerHorizon.class);

    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);

    private final TableId table;
    private final String from;
    private final long oid;
    private final ControlColumn control;
    private final IncrementalSettings settings;
    private final PreparedHold preparedHold;

    private Optional<Observation> pending = Optional.empty();
    private Optional<UpperBound> released = Optional.empty();
    private Sight sight;

    IntegerHorizon(
            TableId table,
            String from,
            long oid,
            ControlColumn control,
            IncrementalSettings settings,
            ControlMetrics metrics) {
        this.table = table;
        this.from = from;
        this.oid = oid;
        this.control = control;
        this.settings = settings;
        this.preparedHold = new PreparedHold(LOG, table, metrics);
    }

    @Override
    public Optional<UpperBound> reach(Connection connection) throws SQLException {
        if (pending.isPresent() && haveEnded(connection, pending.get().transactions())) {
            released = Optional.of(pending.get().bound());
            pending = Optional.empty();
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
        // After the snapshot: whoever took a smaller value is open now, or its row is there in the next snapshot.
        pending = Optional.of(new Observation(bound, SourceActivity.openTransactions(connection)));
    }

    private boolean haveEnded(Connection connection, Set<String> transactions) throws SQLException {
        Sight now = sight(connection);
        if (now != sight) {
            sight = now;
            if (now != Sight.FULL) {
                Assumption.log(LOG, table, now, settings.boundaryOr(0) + " behind the greatest value");
            }
        }
        boolean haveEnded = Collections.disjoint(SourceActivity.openTransactions(connection), transactions);
        boolean isHeld = preparedHold.isHeld(connection);
        return haveEnded && !isHeld;
    }

    /** Which transactions are open can be seen without the privilege that times need. */
    private Sight sight(Connection connection) throws SQLException {
        Sight seen = SourceActivity.view(connection, oid).sight();
        return seen == Sight.NO_PRIVILEGE ? Sight.FULL : seen;
    }

    private UpperBound greatest(Connection connection, BigInteger behind) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT max(" + control.quoted() + ")::text" + from)) {
            result.next();
            String greatest = result.getString(1);
            return greatest == null
                    ? UpperBound.nothing()
                    : UpperBound.upTo(
                            new BigInteger(greatest).subtract(behind).max(LEAST).toString());
        }
    }

    /** What was seen, and who was at work then. */
    private record Observation(UpperBound bound, Set<String> transactions) {
        Observation {
            requireNonNull(bound, "bound is null");
            transactions = Set.copyOf(transactions);
        }
    }
}
