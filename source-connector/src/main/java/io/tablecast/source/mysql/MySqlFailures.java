// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.binlog.BinlogRefusedException;
import java.sql.SQLException;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;

/** What becomes of failures: those that would only come again stop the task, with what to do about them. */
public final class MySqlFailures {

    private static final int PURGED = 1236;
    private static final int ACCESS_DENIED = 1045;
    private static final int MISSING_PRIVILEGE = 1227;
    private static final int MISSING_ON_TABLE = 1142;
    private static final int MISSING_ON_COLUMN = 1143;
    private static final int MISSING_ON_DATABASE = 1044;

    private MySqlFailures() {}

    /** Whether another client, or a replica, has come with the number by which the server knows this one. */
    static boolean isClashOfServerIds(Exception failure) {
        return code(failure) == PURGED && String.valueOf(failure.getMessage()).contains("same server");
    }

    /** Whether another try would fail in the same way. */
    static boolean isForGood(Exception failure) {
        if (TlsFailures.reason(failure).isPresent()) {
            return true;
        }
        return switch (code(failure)) {
            case ACCESS_DENIED, MISSING_PRIVILEGE, MISSING_ON_TABLE -> true;
            default -> false;
        };
    }

    /** What a failure of reading a table says when the user may not read it; empty when it is another one. */
    static Optional<String> missingGrant(Exception failure, TableId table) {
        return switch (code(failure)) {
            case MISSING_ON_TABLE, MISSING_ON_COLUMN, MISSING_ON_DATABASE ->
                Optional.of("the user may not read it any more. GRANT SELECT ON " + table + " TO the user.");
            default -> Optional.empty();
        };
    }

    /** Whether the server does not let the user in. */
    static boolean isAccessDenied(Exception failure) {
        return code(failure) == ACCESS_DENIED;
    }

    /** The failure for Connect. */
    public static ConnectException of(String what, MySqlConnections source, Throwable cause) {
        Optional<String> ofTls = TlsFailures.reason(cause);
        if (ofTls.isPresent()) {
            return new ConnectException(what + " (" + source.target() + "): " + ofTls.get(), cause);
        }
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        String dot = message.endsWith(".") ? "" : ".";
        return new ConnectException(what + " (" + source.target() + "): " + message + dot + remedy(cause), cause);
    }

    private static String remedy(Throwable cause) {
        if (cause instanceof Exception failure && isClashOfServerIds(failure)) {
            return " Set server.id to a number that no other connector, client or replica of the server has; task n takes"
                    + " the n-th number from there.";
        }
        return switch (code(cause)) {
            case ACCESS_DENIED -> " Correct connection.user and connection.password.";
            case MISSING_PRIVILEGE ->
                " Grant what is missing: GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO the user.";
            case MISSING_ON_TABLE -> " Grant what is missing: GRANT SELECT on the tables TO the user.";
            case PURGED ->
                " If the binlog was purged, stop the connector, delete the offsets of its tables, so that they are"
                        + " copied again, and resume it.";
            default -> cause instanceof SQLException ? " Remove the cause, then restart the task." : "";
        };
    }

    private static int code(Throwable failure) {
        if (failure instanceof SQLException sql) {
            return sql.getErrorCode();
        }
        return failure instanceof BinlogRefusedException refusal ? refusal.code() : 0;
    }
}
