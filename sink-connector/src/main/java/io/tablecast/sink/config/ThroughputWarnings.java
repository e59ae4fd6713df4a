// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Settings that are allowed, and make the connector many times slower than it could be. */
public final class ThroughputWarnings {

    private static final String CONVERTER = "value.converter";
    private static final String KAFKAS_JSON = "org.apache.kafka.connect.json.JsonConverter";
    private static final String CONSUMER = "consumer.override.";
    private static final long FEW_ROWS = 500;
    private static final long FEW_RECORDS = 100;
    private static final long SMALL_FETCH_BYTES = 262_144;

    private ThroughputWarnings() {}

    /** One sentence or two for each such setting. */
    public static List<String> of(Map<String, String> properties) {
        List<String> warnings = new ArrayList<>();
        boolean hasSchemas = !"false".equals(properties.get(CONVERTER + ".schemas.enable"));
        if (KAFKAS_JSON.equals(properties.get(CONVERTER)) && hasSchemas) {
            warnings.add(
                    "value.converter=" + KAFKAS_JSON + " reads the schema anew from each record, which takes several"
                            + " times as long as all else. io.tablecast.json.TablecastJsonConverter reads the same bytes.");
        }
        long rows = number(properties, SinkKeys.BATCH_MAX_ROWS, FEW_ROWS);
        if (rows < FEW_ROWS) {
            warnings.add(
                    SinkKeys.BATCH_MAX_ROWS + "=" + rows + " makes a transaction for so few rows, each with a wait for"
                            + " the disk. Leave it at its default unless rows are very large.");
        }
        long polled = number(properties, CONSUMER + "max.poll.records", FEW_RECORDS);
        if (polled < FEW_RECORDS) {
            warnings.add(CONSUMER + "max.poll.records=" + polled + " hands over so few records at a time. Set 5000.");
        }
        for (String name : List.of("max.partition.fetch.bytes", "fetch.max.bytes")) {
            long fetched = number(properties, CONSUMER + name, SMALL_FETCH_BYTES);
            if (fetched < SMALL_FETCH_BYTES) {
                warnings.add(CONSUMER + name + "=" + fetched + " asks the broker once for a few records. Set 8388608.");
            }
        }
        return warnings;
    }

    // What is no number is refused elsewhere.
    private static long number(Map<String, String> properties, String name, long otherwise) {
        try {
            return Long.parseLong(
                    properties.getOrDefault(name, String.valueOf(otherwise)).strip());
        } catch (NumberFormatException refused) {
            return otherwise;
        }
    }
}
