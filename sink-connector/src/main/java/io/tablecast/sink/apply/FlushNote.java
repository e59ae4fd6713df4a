// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import java.sql.Connection;
import java.sql.SQLException;

/** Something that is written down beside the rows. Called on the writer's thread, once for each attempt. */
@FunctionalInterface
public interface FlushNote {

    /** Whether it has been written, as far as can be told; asked where the offsets do not move and so do not tell. */
    default boolean isWritten(Connection connection) throws SQLException {
        return true;
    }

    /** Writes within the open transaction. */
    void write(Connection connection) throws SQLException;
}
