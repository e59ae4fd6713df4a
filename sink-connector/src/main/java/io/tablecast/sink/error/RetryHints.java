// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.error;

import java.sql.SQLException;

/** Says what would help against failures that are tried again. */
public final class RetryHints {

    private RetryHints() {}

    /** The end of a sentence; empty where the server's own words say it all. */
    public static String of(SQLException failure) {
        return ofState(String.valueOf(failure.getSQLState()));
    }

    static String ofState(String state) {
        return switch (state) {
            case "25006" ->
                ": the server is a read-only standby, or default_transaction_read_only is set there. Promote it, or let"
                        + " connection.url lead to the primary";
            case "53100" -> ": a disk of the server is full. Free some space, or move a tablespace";
            case "53300" ->
                ": the server, the database or the role has no connection left. End some, or raise max_connections or"
                        + " the CONNECTION LIMIT";
            default -> "";
        };
    }
}
