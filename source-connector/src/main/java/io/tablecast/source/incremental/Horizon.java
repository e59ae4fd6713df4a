// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Knows up to where a control column can be read without passing over rows that are not committed yet. */
public interface Horizon {

    /**
     * The bound for a snapshot that is taken afterwards.
     *
     * @param connection in no transaction
     * @return empty while nothing is known
     */
    Optional<UpperBound> reach(Connection connection) throws SQLException;

    /** All rows that a snapshot can show that is taken afterwards, whoever may still add others. */
    UpperBound everything(Connection connection) throws SQLException;

    /**
     * Looks for what a later bound may be.
     *
     * @param connection in a transaction whose snapshot is taken
     */
    void observe(Connection connection) throws SQLException;
}
