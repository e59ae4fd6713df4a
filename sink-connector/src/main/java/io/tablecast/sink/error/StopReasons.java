// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.error;

import java.sql.SQLException;
import org.apache.kafka.connect.errors.ConnectException;

/** Says what to do about failures that no retry cures. */
public final class StopReasons {

    private StopReasons() {}

    /**
     * The exception that stops the task.
     *
     * @param target where the statement failed
     */
    public static ConnectException of(SQLException failure, String target) {
        return new ConnectException(
                "Cannot write to " + target + ": " + failure.getMessage() + " (SQLSTATE " + failure.getSQLState()
                        + "). " + remedy(String.valueOf(failure.getSQLState())),
                failure);
    }

    private static String remedy(String state) {
        if (state.equals("42501")) {
            return "Grant the connector's role what is missing, then restart the task.";
        }
        if (state.startsWith("28")) {
            return "Correct connection.user and connection.password, or the server's pg_hba.conf, then restart the task.";
        }
        if (state.equals("3D000")) {
            return "Create the database, or correct connection.url, then restart the task.";
        }
        if (state.startsWith("42")) {
            return "The destination's tables are not as the connector found them; restart the task to read them again.";
        }
        return "Correct the cause, then restart the task.";
    }
}
