// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections to the destination. */
@FunctionalInterface
public interface LoadConnections {

    /** A new connection in autocommit mode, which the load closes. */
    Connection open() throws SQLException;
}
