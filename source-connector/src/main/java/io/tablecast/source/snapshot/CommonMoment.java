// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.postgres.SqlFailure;
import io.tablecast.source.postgres.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;

/**
 * What the tables of one run see: all of them the same snapshot, however much later a table has its turn, so that foreign
 * keys between them match. One connection keeps it open until the last table has come, and is this table's then. It holds
 * no lock on any table until then. Thread-safe.
 */
final class CommonMoment {

    /** Serialization failure: the same succeeds with a new snapshot. */
    private static final String AGAIN = "40001";

    private final OpenConnections connections;
    private final Instant begun;
    private final Map<TableId, ChangeProof> proofs;
    private final SnapshotPoint point;
    private final Connection keeper;
    private final String snapshot;
    private int awaited;
    private volatile boolean isLost;

    private CommonMoment(
            OpenConnections connections,
            Instant begun,
            Map<TableId, ChangeProof> proofs,
            SnapshotPoint point,
            Connection keeper,
            String snapshot) {
        this.connections = connections;
        this.begun = begun;
        this.proofs = Map.copyOf(proofs);
        this.point = point;
        this.keeper = keeper;
        this.snapshot = snapshot;
        this.awaited = proofs.size();
    }

    /**
     * Takes a snapshot.
     *
     * @param keeper a connection without a transaction
     * @param begun when the tables began their run, before the proofs were read
     * @param proofs of all tables that will come, read before: a change that they miss must not be in the copy
     */
    static CommonMoment open(
            OpenConnections connections, Connection keeper, Instant begun, Map<TableId, ChangeProof> proofs)
            throws SQLException {
        Transactions.beginSnapshot(keeper);
        SnapshotPoint point = SnapshotPoint.of(keeper);
        String snapshot = proofs.size() > 1 ? Transactions.exportSnapshot(keeper) : "";
        return new CommonMoment(connections, begun, proofs, point, keeper, snapshot);
    }

    /** When the run began. */
    Instant begun() {
        return begun;
    }

    /** What can prove that a table has not changed since the run before. */
    ChangeProof proof(TableId table) {
        return proofs.get(table);
    }

    /** The moment, for the copy of one table. */
    SnapshotPoint pointOfCopy() {
        return point.ofAnotherCopy();
    }

    /** Whether nobody can reach it any more: the connection that kept it open has ended, or it was given up. */
    boolean isLost() {
        return isLost;
    }

    /**
     * A connection in whose open transaction a table sees the moment; to be called once for each table.
     *
     * @throws SQLException of SQLSTATE 40001 when the moment is lost
     */
    synchronized Connection connect() throws SQLException {
        if (isLost) {
            throw new SQLException("The snapshot of this run was given up.", AGAIN);
        }
        awaited--;
        if (awaited == 0) {
            return keeper;
        }
        // Under the lock: whoever has the keeper may end it at any time, and must not before the others are here.
        Connection connection = connections.open();
        try {
            Transactions.beginSnapshot(connection, snapshot);
            return connection;
        } catch (SQLException e) {
            connections.close(connection);
            throw SqlFailure.of(e) == SqlFailure.RETRY ? e : lost(e);
        }
    }

    /** Ends the moment for all that have not come yet: they get another one. Whoever reads it already reads on. */
    synchronized void giveUp() {
        if (awaited > 0 && !isLost) {
            isLost = true;
            connections.close(keeper);
        }
    }

    private SQLException lost(SQLException cause) {
        isLost = true;
        connections.close(keeper);
        return new SQLException("The snapshot of this run is lost: " + cause.getMessage(), AGAIN, cause);
    }
}
