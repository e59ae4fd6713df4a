// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import io.tablecast.testing.Conditions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** What writers do when their server goes: they wait until it is back. */
public final class LostServers {
    private LostServers() {}

    /** A connection, as soon as the server takes one. */
    public static Connection connect(Duration patience, Connecting connecting) {
        AtomicReference<Connection> connected = new AtomicReference<>();
        Conditions.await(patience, "the server of the writers does not come back", () -> {
            try {
                connected.set(connecting.connect());
                return true;
            } catch (SQLException e) {
                if (!isGone(e)) {
                    throw e;
                }
                return false;
            }
        });
        return connected.get();
    }

    /** The connection is lost, or the server stops or starts. */
    public static boolean isGone(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("57P0");
    }

    public interface Connecting {
        Connection connect() throws SQLException;
    }
}
