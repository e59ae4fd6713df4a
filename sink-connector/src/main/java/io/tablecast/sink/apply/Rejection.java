// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;

/**
 * A record that the destination refused.
 *
 * @param table without a schema where nothing tells which it was for
 * @param key the row's key for people, empty when it has none
 * @param column the column that is to blame, empty when it is not known
 * @param sqlState empty when the value was refused before it was sent
 * @param reason what the database, or the conversion, said
 */
public record Rejection(Origin origin, TableId table, String key, String column, String sqlState, String reason) {

    public Rejection {
        requireNonNull(origin, "origin is null");
        requireNonNull(table, "table is null");
        requireNonNull(key, "key is null");
        requireNonNull(column, "column is null");
        requireNonNull(sqlState, "sqlState is null");
        reason = withoutFullStop(reason);
    }

    private static String withoutFullStop(String reason) {
        return reason.endsWith(".") ? reason.substring(0, reason.length() - 1) : reason;
    }

    /** What happened, in one sentence without its full stop. */
    public String message() {
        return "Cannot apply " + origin.text()
                + (table.schema().isEmpty() ? "" : " to " + table)
                + (key.isEmpty() ? "" : ", key " + key)
                + (column.isEmpty() ? "" : ", column \"" + column + "\"")
                + ": " + reason;
    }
}
