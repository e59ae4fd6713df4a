// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tablecast.testing.Mutations;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.connect.sink.SinkConnector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in a setting: {@code validate} answers, with messages on the settings, and never fails itself. */
class HostileConfigurationTest {

    private static final String NOBODY_LISTENS = "127.0.0.1:1";

    static List<SinkConnector> connectors() {
        return List.of(new PostgresSinkConnector());
    }

    @ParameterizedTest
    @MethodSource("connectors")
    void everySettingTakesOrRefusesEveryText(SinkConnector connector) {
        for (String key : connector.config().names()) {
            for (String hostile : Mutations.hostileTexts()) {
                for (String value : List.of(hostile, "shop." + hostile)) {
                    Map<String, String> configuration = configuration();
                    configuration.put(key, value);
                    assertThatCode(() -> assertAnswered(connector.validate(configuration), key))
                            .as("%s=%s", key, value)
                            .doesNotThrowAnyException();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("connectors")
    void namesOfSettingsMayBeAnything(SinkConnector connector) {
        for (String hostile : Mutations.hostileTexts()) {
            for (String key : List.of(hostile, "table." + hostile + ".columns", "table.shop." + hostile)) {
                Map<String, String> configuration = configuration();
                configuration.put(key, "x");
                assertThatCode(() -> connector.validate(configuration)).as(key).doesNotThrowAnyException();
            }
        }
    }

    private static void assertAnswered(Config config, String key) {
        assertThat(config.configValues()).anyMatch(value -> value.name().equals(key));
    }

    private static Map<String, String> configuration() {
        return new HashMap<>(Map.of(
                "name", "a",
                "topics", "erp.shop.orders",
                "connection.url", "jdbc:postgresql://" + NOBODY_LISTENS + "/shop",
                "connection.user", "nobody"));
    }
}
