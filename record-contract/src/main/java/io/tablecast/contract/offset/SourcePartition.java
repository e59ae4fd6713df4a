// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.util.Map;

/**
 * The source partition of one table: {@code {"table": "<topic.prefix>/<schema>.<table>"}}. It has a single key, because
 * Connect stores a map of several in iteration order and may never find it again.
 */
public record SourcePartition(String topicPrefix, TableId table) {

    private static final String KEY = "table";

    public SourcePartition {
        requireNonNull(topicPrefix, "topicPrefix is null");
        requireNonNull(table, "table is null");
    }

    public Map<String, String> toMap() {
        return Map.of(KEY, topicPrefix + "/" + table);
    }

    /**
     * Reads what {@link #toMap()} writes.
     *
     * @throws InvalidOffset when the map is not of this form; the message says what was expected
     */
    public static SourcePartition of(Map<String, ?> map) {
        if (map.size() != 1 || !(map.get(KEY) instanceof String text)) {
            throw invalid(map);
        }
        int slash = text.indexOf('/');
        if (slash <= 0) {
            throw invalid(map);
        }
        try {
            return new SourcePartition(text.substring(0, slash), TableId.parse(text.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            throw new InvalidOffset("Source partition " + map + ": " + e.getMessage(), e);
        }
    }

    private static InvalidOffset invalid(Map<String, ?> map) {
        return new InvalidOffset(
                "Source partition " + map + " is not of the form {\"table\": \"<topic.prefix>/<schema>.<table>\"}");
    }
}
