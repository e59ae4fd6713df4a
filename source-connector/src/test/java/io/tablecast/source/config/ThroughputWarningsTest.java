// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

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
                        "producer.override.max.in.flight.requests.per.connection", "5",
                        "producer.override.batch.size", "262144",
                        "producer.override.linger.ms", "20",
                        "producer.override.compression.type", "lz4")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "value.converter, org.apache.kafka.connect.json.JsonConverter, writes the schema anew for each record",
        "producer.override.max.in.flight.requests.per.connection, 1, lets the producer wait for each answer",
        "producer.override.batch.size, 1000, batch.size=1000 sends a few records at a time",
        "producer.override.linger.ms, 60000, linger.ms=60000 holds back every change for so long",
        "producer.override.compression.type, gzip, takes more processor time than reading the rows"
    })
    void settingsThatCrippleAreNamed(String key, String value, String message) {
        assertThat(ThroughputWarnings.of(Map.of(key, value)))
                .singleElement()
                .asString()
                .contains(message);
    }

    @Test
    void jsonWithoutSchemasIsFast() {
        assertThat(ThroughputWarnings.of(Map.of(
                        "value.converter",
                        "org.apache.kafka.connect.json.JsonConverter",
                        "value.converter.schemas.enable",
                        "false")))
                .isEmpty();
    }

    @Test
    void whatIsNoNumberIsForTheProducerToRefuse() {
        assertThat(ThroughputWarnings.of(Map.of("producer.override.batch.size", "large")))
                .isEmpty();
    }
}
