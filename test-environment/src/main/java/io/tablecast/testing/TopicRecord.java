// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A record of a topic as it lies there.
 *
 * @param key the key as JSON, a missing node if there is none
 * @param value the value as JSON, a missing node for a tombstone
 */
public record TopicRecord(
        String topic, int partition, long offset, long timestamp, List<Header> headers, JsonNode key, JsonNode value) {
    public TopicRecord {
        headers = List.copyOf(headers);
    }

    public boolean isTombstone() {
        return value.isMissingNode();
    }

    /** What the JSON converter wrote of the key: its payload where schemas are on, else all of it. */
    public JsonNode keyPayload() {
        return payload(key);
    }

    /** What the JSON converter wrote of the value: its payload where schemas are on, else all of it. */
    public JsonNode valuePayload() {
        return payload(value);
    }

    /** The texts of all headers of a name. */
    public List<String> headers(String name) {
        return headers.stream()
                .filter(header -> header.key().equals(name))
                .map(Header::value)
                .toList();
    }

    private static JsonNode payload(JsonNode converted) {
        boolean hasSchema = converted.size() == 2 && converted.has("schema") && converted.has("payload");
        return hasSchema ? converted.get("payload") : converted;
    }

    /**
     * A header.
     *
     * @param value its bytes read as UTF-8; empty for a header without a value
     */
    public record Header(String key, String value) {}
}
