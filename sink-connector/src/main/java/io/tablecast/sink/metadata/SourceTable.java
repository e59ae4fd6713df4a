// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.SourceInfo;
import io.tablecast.contract.table.TableId;

/**
 * The table that records come from.
 *
 * @param server what its connector calls the server; empty where the records do not tell
 * @param table its name there
 */
public record SourceTable(String server, String table) {

    public SourceTable {
        requireNonNull(server, "server is null");
        requireNonNull(table, "table is null");
    }

    /** The table that a record's source block names, else the one that its topic is called after. */
    public static SourceTable of(SourceInfo source, String topic) {
        return source.table()
                .map(table -> new SourceTable(source.server().orElse(""), table.toString()))
                .orElseGet(() -> ofTopic(topic));
    }

    private static SourceTable ofTopic(String topic) {
        int last = topic.lastIndexOf('.');
        int beforeLast = last < 0 ? -1 : topic.lastIndexOf('.', last - 1);
        if (last <= beforeLast + 1 || last == topic.length() - 1) {
            return new SourceTable("", topic);
        }
        TableId table = new TableId(topic.substring(beforeLast + 1, last), topic.substring(last + 1));
        return new SourceTable(beforeLast < 0 ? "" : topic.substring(0, beforeLast), table.toString());
    }

    /** Whether both are the same table as far as their records tell. */
    boolean isSame(SourceTable other) {
        boolean isOneServer = server.equals(other.server) || server.isEmpty() || other.server.isEmpty();
        return isOneServer && table.equals(other.table);
    }

    boolean differsInCaseAlone(SourceTable other) {
        return !table.equals(other.table) && table.equalsIgnoreCase(other.table);
    }

    /** The same, with the server's name if only the other one knows it. */
    SourceTable refined(SourceTable other) {
        return server.isEmpty() ? other : this;
    }

    /** For people: the server, if it is known, and the table. */
    @Override
    public String toString() {
        return server.isEmpty() ? table : server + "/" + table;
    }
}
