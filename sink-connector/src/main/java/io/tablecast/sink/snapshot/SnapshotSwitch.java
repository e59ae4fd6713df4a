// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.sink.structure.StructureMismatch;
import java.sql.Connection;
import java.sql.SQLException;

/** One way of making a loaded table the destination's content. */
interface SnapshotSwitch {

    /**
     * Looks whether the switch will be possible, before any row is loaded.
     *
     * @throws StructureMismatch if it will not, with the remedy
     */
    void check(Connection connection) throws SQLException;

    /** Completes the loaded table: key, indexes, owner, whatever needs no lock on the destination. */
    void complete(Connection connection, SnapshotTable loaded) throws SQLException;

    /**
     * Switches. Called under the table's advisory lock with a lock timeout, and again if a lock could not be had in time;
     * the destination may have changed since the check.
     */
    Switched run(Connection connection, SnapshotTable loaded) throws SQLException;
}
