// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.SourceInfo;

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
        TopicName name = TopicName.of(topic);
        return name.id()
                .map(table -> new SourceTable(name.server(), table.toString()))
                .orElseGet(() -> new SourceTable("", topic));
    }

    /** Whether both are the same table as far as their records tell. */
    public boolean isSame(SourceTable other) {
        boolean isOneServer = server.equals(other.server) || server.isEmpty() || other.server.isEmpty();
        return isOneServer && table.equals(other.table);
    }

    /** Whether their names are the same but for the case of letters. */
    public boolean differsInCaseAlone(SourceTable other) {
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
