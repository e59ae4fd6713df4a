// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Settings of Connect's own that are allowed, and make the connector many times slower than it could be. */
public final class ThroughputWarnings {

    private static final String CONVERTER = "value.converter";
    private static final String KAFKAS_JSON = "org.apache.kafka.connect.json.JsonConverter";
    private static final String PRODUCER = "producer.override.";
    private static final long SMALL_BATCH_BYTES = 16_384;
    private static final long LONG_LINGER_MS = 1_000;

    private ThroughputWarnings() {}

    /** One sentence or two for each such setting. */
    public static List<String> of(Map<String, String> properties) {
        List<String> warnings = new ArrayList<>();
        boolean hasSchemas = !"false".equals(properties.get(CONVERTER + ".schemas.enable"));
        if (KAFKAS_JSON.equals(properties.get(CONVERTER)) && hasSchemas) {
            warnings.add(
                    "value.converter=" + KAFKAS_JSON + " writes the schema anew for each record, which takes several"
                            + " times as long as all else. io.tablecast.json.TablecastJsonConverter writes the same bytes.");
        }
        if (number(properties, "max.in.flight.requests.per.connection", 5) == 1) {
            warnings.add(
                    PRODUCER + "max.in.flight.requests.per.connection=1 lets the producer wait for each answer of the"
                            + " broker. With enable.idempotence=true 5 keep the order as well.");
        }
        long batch = number(properties, "batch.size", SMALL_BATCH_BYTES);
        if (batch < SMALL_BATCH_BYTES) {
            warnings.add(PRODUCER + "batch.size=" + batch + " sends a few records at a time. Set 262144.");
        }
        long linger = number(properties, "linger.ms", 0);
        if (linger > LONG_LINGER_MS) {
            warnings.add(PRODUCER + "linger.ms=" + linger + " holds back every change for so long. Set 20.");
        }
        if ("gzip".equals(properties.get(PRODUCER + "compression.type"))) {
            warnings.add(PRODUCER
                    + "compression.type=gzip takes more processor time than reading the rows. Set lz4 or zstd.");
        }
        return warnings;
    }

    // What is no number is refused by the producer itself.
    private static long number(Map<String, String> properties, String name, long otherwise) {
        try {
            return Long.parseLong(properties
                    .getOrDefault(PRODUCER + name, String.valueOf(otherwise))
                    .strip());
        } catch (NumberFormatException refused) {
            return otherwise;
        }
    }
}
