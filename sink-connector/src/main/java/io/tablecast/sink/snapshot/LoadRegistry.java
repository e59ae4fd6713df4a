// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Where loads are written down, so that a new owner of a table finds the load of the one before and ends it. Called on the
 * loads' threads.
 */
public interface LoadRegistry {

    /** The backend of the load of this table that was begun and has not finished, as far as written down. */
    Optional<LoadBackend> running(Connection connection, TableId table) throws SQLException;

    /** Writes down a load that begins; in autocommit mode, so that others see it at once. */
    void started(Connection connection, TableId table, String snapshotId, LoadBackend backend) throws SQLException;

    /** Writes down what the load did; in its transaction, before COMMIT. */
    void finished(Connection connection, LoadResult result) throws SQLException;

    /** Writes down a load that was rolled back; in autocommit mode. */
    void failed(Connection connection, LoadFailure failure) throws SQLException;
}
