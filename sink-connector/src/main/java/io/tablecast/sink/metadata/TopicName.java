// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.util.Optional;

/**
 * What a topic's name says of a table, from its end: {@code <server>.<schema>.<table>}. Parts that it lacks are empty; the
 * server's name may have dots.
 */
public record TopicName(String server, String schema, String table) {

    public TopicName {
        requireNonNull(server, "server is null");
        requireNonNull(schema, "schema is null");
        requireNonNull(table, "table is null");
    }

    /** Takes a topic's name apart. */
    public static TopicName of(String topic) {
        int last = topic.lastIndexOf('.');
        int beforeLast = last < 0 ? -1 : topic.lastIndexOf('.', last - 1);
        return new TopicName(
                beforeLast < 0 ? "" : topic.substring(0, beforeLast),
                last < 0 ? "" : topic.substring(beforeLast + 1, last),
                topic.substring(last + 1));
    }

    /** The table, if the name has a schema and a table. */
    public Optional<TableId> id() {
        return schema.isEmpty() || table.isEmpty() ? Optional.empty() : Optional.of(new TableId(schema, table));
    }
}
