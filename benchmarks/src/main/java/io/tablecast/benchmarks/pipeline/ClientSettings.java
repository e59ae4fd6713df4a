// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.util.Map;

/** How producers and consumers of Kafka are set for those who have no file in {@code config/}: as those files have it. */
final class ClientSettings {
    static final Map<String, String> PRODUCER = Map.of(
            "producer.override.enable.idempotence", "true",
            "producer.override.max.in.flight.requests.per.connection", "5",
            "producer.override.batch.size", "262144",
            "producer.override.linger.ms", "20",
            "producer.override.compression.type", "lz4");

    static final Map<String, String> CONSUMER = Map.of(
            "consumer.override.max.poll.records", "5000",
            "consumer.override.max.partition.fetch.bytes", "8388608");

    private ClientSettings() {}
}
