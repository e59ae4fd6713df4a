// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.RunTimes;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.postgres.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives tables whose times fall together one moment to see. The first one that has its turn opens it for all that are due
 * by then; who comes later, or must try again, gets another one. Thread-safe.
 */
final class CommonMoments {

    /** How long the others are kept waiting by a table that somebody has locked. */
    private static final String LOCK_PATIENCE = "200ms";

    private final OpenConnections connections;
    private final Clock clock;
    private final Map<RunTimes, Instant> rhythms = new HashMap<>();
    private final Map<TableId, Waiting> waiting = new LinkedHashMap<>();
    private final Map<TableId, Given> given = new LinkedHashMap<>();

    CommonMoments(OpenConnections connections, Clock clock) {
        this.connections = connections;
        this.clock = clock;
    }

    /** A table waits for its first run. Later ones fall together with those of other tables that have the same times. */
    synchronized void join(SnapshotTable table, NextRun next) {
        rhythms.merge(table.settings().runTimes(), next.due(), (one, other) -> one.isAfter(other) ? one : other);
        waits(table, next);
    }

    /** A table waits for its next run, because its last turn went well. */
    synchronized void waits(SnapshotTable table, NextRun next) {
        waiting.put(table.id(), new Waiting(table, next));
    }

    /** When a table that has just run is due again. */
    synchronized Instant nextDue(SnapshotTable table) {
        Instant now = clock.instant();
        RunTimes times = table.settings().runTimes();
        return times.nextInRhythm(rhythms.getOrDefault(times, now), now);
    }

    /** The moment that a table's run is to see. */
    synchronized CommonMoment of(SnapshotTable table, NextRun next) throws SQLException {
        waiting.remove(table.id());
        Given mine = given.remove(table.id());
        if (mine != null && !mine.moment.isLost()) {
            return mine.moment;
        }
        takeBackWhatIsLost();
        return open(new Waiting(table, next));
    }

    private void takeBackWhatIsLost() {
        given.values().stream()
                .filter(each -> each.moment.isLost())
                .forEach(each -> waiting.put(each.to.id(), each.to));
        given.keySet().removeAll(waiting.keySet());
    }

    private CommonMoment open(Waiting first) throws SQLException {
        Instant now = clock.instant();
        List<Waiting> others =
                waiting.values().stream().filter(each -> each.isDue(now)).toList();
        Connection keeper = connections.open();
        try {
            CommonMoment moment = CommonMoment.open(connections, keeper, now, proofs(keeper, first, others));
            for (Waiting other : others) {
                waiting.remove(other.id());
                given.put(other.id(), new Given(other, moment));
            }
            return moment;
        } catch (SQLException e) {
            connections.close(keeper);
            throw e;
        }
    }

    private static Map<TableId, ChangeProof> proofs(Connection connection, Waiting first, List<Waiting> others)
            throws SQLException {
        Map<TableId, ChangeProof> proofs = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET lock_timeout = '" + LOCK_PATIENCE + "'");
            proofs.put(first.id(), first.proof(connection));
            for (Waiting other : others) {
                proofs.put(other.id(), other.proof(connection));
            }
            statement.execute("SET lock_timeout = '" + Transactions.LOCK_PATIENCE + "'");
        }
        return proofs;
    }

    /** A table that waits for its next run. */
    private record Waiting(SnapshotTable table, NextRun next) {
        Waiting {
            requireNonNull(table, "table is null");
            requireNonNull(next, "next is null");
        }

        TableId id() {
            return table.id();
        }

        boolean isDue(Instant now) {
            return !next.due().isAfter(now);
        }

        ChangeProof proof(Connection connection) throws SQLException {
            boolean mayProve = table.settings().skipUnchanged()
                    && table.settings().condition().isEmpty();
            return mayProve ? ChangeProof.read(connection, table.id(), next.provenAt()) : ChangeProof.NONE;
        }
    }

    /** A table whose moment is open already, though its turn has not come. */
    private record Given(Waiting to, CommonMoment moment) {
        Given {
            requireNonNull(to, "to is null");
            requireNonNull(moment, "moment is null");
        }
    }
}
