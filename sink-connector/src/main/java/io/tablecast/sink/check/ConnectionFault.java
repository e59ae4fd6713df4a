// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.check;

import io.tablecast.sink.config.SinkKeys;
import java.sql.SQLException;

/**
 * A database that does not let us in, as the key to correct and what to say about it.
 */
record ConnectionFault(String key, String message) {

    static ConnectionFault of(SQLException failure, String target) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        String cause = text(failure);
        return switch (state) {
            case "28P01" ->
                new ConnectionFault(
                        SinkKeys.CONNECTION_PASSWORD,
                        "Cannot log in to " + target + ": " + cause
                                + " Correct connection.password, or connection.user.");
            case "28000" ->
                new ConnectionFault(
                        SinkKeys.CONNECTION_USER,
                        "Cannot log in to " + target + ": " + cause
                                + " Correct connection.user, or let the server's pg_hba.conf admit it.");
            case "3D000" ->
                new ConnectionFault(
                        SinkKeys.CONNECTION_URL,
                        "Cannot connect to " + target + ": " + cause + " Correct the database in connection.url.");
            case "42501" ->
                new ConnectionFault(
                        SinkKeys.CONNECTION_USER,
                        "Cannot connect to " + target + ": " + cause + " Grant CONNECT on the database to the role.");
            case "08004" ->
                new ConnectionFault(
                        SinkKeys.CONNECTION_PASSWORD,
                        "Cannot log in to " + target + ": " + cause + " Set connection.user and connection.password.");
            default ->
                new ConnectionFault(
                        SinkKeys.CONNECTION_URL,
                        "Cannot connect to " + target + ": " + cause
                                + " Check host and port in connection.url, and that the server runs and accepts"
                                + " connections from this worker.");
        };
    }

    private static String text(SQLException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = failure.getMessage();
        String full = root == failure || root.getMessage() == null || message.contains(root.getMessage())
                ? message
                : message + " (" + root.getClass().getSimpleName() + ": " + root.getMessage() + ")";
        return full.endsWith(".") ? full : full + ".";
    }
}
