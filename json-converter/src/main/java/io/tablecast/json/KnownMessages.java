// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;

/** Schemas that messages embedded lately, by topic. Thread-safe. */
final class KnownMessages {

    /** While a table changes, records with few structures pass; more would only be slow to look through. */
    private static final int PER_TOPIC = 4;

    private final int maxTopics;
    private final Map<String, List<Known>> topics = new ConcurrentHashMap<>();

    KnownMessages(int maxTopics) {
        this.maxTopics = maxTopics;
    }

    Optional<Known> find(String topic, byte[] message) {
        List<Known> candidates = topics.getOrDefault(topic, List.of());
        for (Known known : candidates) {
            if (known.embedded().isAtStartOf(message)) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }

    void add(String topic, Known known) {
        if (topics.size() >= maxTopics && !topics.containsKey(topic)) {
            topics.clear();
        }
        topics.merge(
                topic,
                List.of(known),
                (before, added) -> Stream.concat(added.stream(), before.stream())
                        .limit(PER_TOPIC)
                        .toList());
    }

    /**
     * An embedded schema and what it means.
     *
     * @param reader empty when Kafka's converter reads the payload
     */
    record Known(EmbeddedSchema embedded, Schema schema, Optional<ValueReader> reader) {}
}
