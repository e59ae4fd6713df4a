// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFaultsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            connection.properties.sslmod   | Did you mean "connection.properties.sslmode"?
            connection.properties.password | Anyone may see this password. Move it to connection.password.
            apply.mod                      | Did you mean apply.mode?
            """)
    void slipsInKeysAreNamed(String key, String remedy) {
        assertThat(KeyFaults.of(Map.of(key, "x")).errors().get(key)).contains(remedy);
    }

    @Test
    void propertiesOfTheDriverAreKnown() {
        assertThat(KeyFaults.of(Map.of("connection.properties.sslmode", "require"))
                        .errors())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            jdbc:postgresql://db/a?sslmod=verify-full | Did you mean "sslmode"?
            jdbc:postgresql://me:geheim@db/a | Move them to connection.user and
            jdbc:postgresql://db/a?password=geheim    | Move it to connection.password
            jdbc:mysql://user:geheim@db/a             | expected jdbc:postgresql://host:port/database
            """)
    void urlsThatConnectOtherwiseThanMeantAreRefusedWithoutTheirSecrets(String url, String remedy) {
        assertThatThrownBy(() -> SinkDefinition.CONFIG
                        .configKeys()
                        .get(SinkKeys.CONNECTION_URL)
                        .validator
                        .ensureValid(SinkKeys.CONNECTION_URL, url))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(remedy)
                .hasMessageNotContaining("geheim");
    }
}
