// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThroughputWarningsTest {

    @Test
    void shippedSettingsAreFine() {
        assertThat(ThroughputWarnings.of(Map.of(
                        "value.converter", "io.tablecast.json.TablecastJsonConverter",
                        "value.converter.schemas.enable", "true",
                        "consumer.override.max.poll.records", "5000",
                        "consumer.override.max.partition.fetch.bytes", "8388608")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "value.converter, org.apache.kafka.connect.json.JsonConverter, reads the schema anew from each record",
        "batch.max.rows, 10, batch.max.rows=10 makes a transaction for so few rows",
        "consumer.override.max.poll.records, 1, max.poll.records=1 hands over so few records at a time",
        "consumer.override.max.partition.fetch.bytes, 1000, fetch.bytes=1000 asks the broker once for a few records",
        "consumer.override.fetch.max.bytes, 1000, fetch.max.bytes=1000 asks the broker once for a few records"
    })
    void settingsThatCrippleAreNamed(String key, String value, String message) {
        assertThat(ThroughputWarnings.of(Map.of(key, value)))
                .singleElement()
                .asString()
                .contains(message);
    }
}
