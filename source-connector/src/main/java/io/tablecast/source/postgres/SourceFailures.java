// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import io.tablecast.contract.table.TableId;
import java.sql.SQLException;
import org.apache.kafka.connect.errors.ConnectException;

/** The messages with which a task stops: what failed, where, and what to do. */
public final class SourceFailures {

    private SourceFailures() {}

    /** Reading a table has failed for good. */
    public static ConnectException reading(TableId table, Connections source, Throwable cause) {
        return new ConnectException(
                "Cannot read " + table + " from " + source.target() + ": " + text(cause) + remedy(cause, table), cause);
    }

    /** Something that concerns the whole source has failed for good. */
    public static ConnectException of(String what, Connections source, Throwable cause) {
        return new ConnectException(what + " (" + source.target() + "): " + text(cause) + remedy(cause), cause);
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return message.endsWith(".") ? message : message + ".";
    }

    private static String remedy(Throwable cause, TableId table) {
        if (isState(cause, "42501")) {
            return " Grant what is missing, for example GRANT SELECT ON " + Identifiers.quote(table)
                    + ", or take the table out of table.include.list; then restart the task.";
        }
        return remedy(cause);
    }

    private static String remedy(Throwable cause) {
        if (isState(cause, "28P01") || isState(cause, "28000")) {
            return " Correct connection.user and connection.password.";
        }
        if (isState(cause, "3D000")) {
            return " Correct the database in connection.url.";
        }
        if (cause instanceof SQLException) {
            return " Remove the cause, then restart the task.";
        }
        return "";
    }

    private static boolean isState(Throwable cause, String state) {
        return cause instanceof SQLException failure && state.equals(failure.getSQLState());
    }
}
