// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tablecast.sink.PostgresSinkConnector;
import io.tablecast.source.MySqlSourceConnector;
import io.tablecast.source.PostgresSourceConnector;
import io.tablecast.testing.Mutations;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.connect.connector.Connector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in a setting: {@code validate} answers, with messages on the settings, and never fails itself. */
class HostileConfigurationTest {

    private static final String NOBODY_LISTENS = "127.0.0.1:1";

    static List<Connector> connectors() {
        return List.of(new PostgresSourceConnector(), new MySqlSourceConnector(), new PostgresSinkConnector());
    }

    @ParameterizedTest
    @MethodSource("connectors")
    void everySettingTakesOrRefusesEveryText(Connector connector) {
        for (String key : connector.config().names()) {
            for (String hostile : Mutations.hostileTexts()) {
                for (String value : List.of(hostile, "shop." + hostile)) {
                    Map<String, String> configuration = configuration(connector);
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
    void namesOfSettingsMayBeAnything(Connector connector) {
        for (String hostile : Mutations.hostileTexts()) {
            for (String key : List.of(hostile, "table." + hostile + ".columns", "table.shop." + hostile)) {
                Map<String, String> configuration = configuration(connector);
                configuration.put(key, "x");
                assertThatCode(() -> connector.validate(configuration)).as(key).doesNotThrowAnyException();
            }
        }
    }

    private static void assertAnswered(Config config, String key) {
        assertThat(config.configValues()).anyMatch(value -> value.name().equals(key));
    }

    private static Map<String, String> configuration(Connector connector) {
        boolean isOfMySql = connector instanceof MySqlSourceConnector;
        Map<String, String> configuration = new HashMap<>(Map.of(
                "name", "a",
                "connection.url", "jdbc:" + (isOfMySql ? "mysql" : "postgresql") + "://" + NOBODY_LISTENS + "/shop",
                "connection.user", "nobody"));
        configuration.putAll(
                connector instanceof PostgresSinkConnector
                        ? Map.of("topics", "erp.shop.orders")
                        : Map.of(
                                "mode", isOfMySql ? "binlog" : "queue",
                                "topic.prefix", "erp",
                                "table.include.list", "shop\\..*"));
        return configuration;
    }
}
