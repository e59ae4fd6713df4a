// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import java.sql.Connection;
import java.sql.SQLException;

/** Moves the stored offset of the snapshot's partition. Called once, on the load's thread. */
@FunctionalInterface
public interface OffsetAdvance {

    /**
     * Stores where the partition goes on, in the load's transaction just before COMMIT. Throwing rolls the load back:
     * so does an implementation whose claim on the partition was lost.
     *
     * @param nextOffset the offset behind the snapshot's last record
     */
    void advance(Connection connection, long nextOffset) throws SQLException;
}
