// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.MissingRights.Right;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;

/** The messages with which a task stops: what failed, where, and what to do. */
public final class SourceFailures {

    private static final String RESTART = ", then restart the task.";

    private SourceFailures() {}

    /** Reading a table has failed, and the task stops. */
    public static ConnectException reading(TableId table, Connections source, Throwable cause) {
        return new ConnectException(
                failure("Cannot read " + table + " from " + source.target(), cause)
                        + remedy(cause, table, source)
                                .map(remedy -> " " + remedy + RESTART)
                                .orElse(""),
                cause);
    }

    /** What has failed about a table that is tried again, and how to mend it. */
    public static String message(TableId table, Connections source, Throwable cause) {
        if (cause instanceof ConnectException) {
            return sentence(cause.getMessage());
        }
        return failure("Cannot read " + table + " from " + source.target(), cause)
                + remedy(cause, table, source).map(remedy -> " " + remedy + ".").orElse("");
    }

    /** Something that concerns the whole source has failed for good. */
    public static ConnectException of(String what, Connections source, Throwable cause) {
        return new ConnectException(
                failure(what + " (" + source.target() + ")", cause)
                        + remedy(cause).map(remedy -> " " + remedy + RESTART).orElse(""),
                cause);
    }

    /** Whether no table can be read any more: the server does not let us in. */
    public static boolean concernAllTables(Throwable cause) {
        return isState(cause, "28P01") || isState(cause, "28000") || isState(cause, "3D000");
    }

    private static String failure(String what, Throwable cause) {
        return what + ": " + sentence(cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }

    private static String sentence(String message) {
        return message.endsWith(".") ? message : message + ".";
    }

    private static Optional<String> remedy(Throwable cause, TableId table, Connections source) {
        if (!isState(cause, MissingRights.REFUSED)) {
            return remedy(cause);
        }
        List<String> grants = MissingRights.grants(source, List.of(new Right(table, "SELECT")));
        String remedy = grants.isEmpty()
                ? "Grant what is missing, for example GRANT SELECT ON " + Identifiers.quote(table)
                : "Run " + String.join("; ", grants);
        return Optional.of(remedy + ", or take the table out of table.include.list");
    }

    private static Optional<String> remedy(Throwable cause) {
        if (isState(cause, "28P01") || isState(cause, "28000")) {
            return Optional.of("Correct connection.user and connection.password");
        }
        if (isState(cause, "3D000")) {
            return Optional.of("Correct the database in connection.url");
        }
        return cause instanceof SQLException ? Optional.of("Remove the cause") : Optional.empty();
    }

    private static boolean isState(Throwable cause, String state) {
        return cause instanceof SQLException failure && state.equals(failure.getSQLState());
    }
}
