// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.junit.jupiter.api.Test;

class SecretsTest {
    private static final ConfigDef DEFINITION =
            new ConfigDef().define("pin", ConfigDef.Type.PASSWORD, Importance.HIGH, "");

    @Test
    void valuesOfPasswordTypeAreHidden() {
        assertThat(hide(Map.of("pin", "hunter2"), "not hunter2, nor xhunter2x"))
                .isEqualTo("not [hidden], nor x[hidden]x");
    }

    @Test
    void valuesOfKeysThatSpeakOfSecretsAreHidden() {
        assertThat(hide(Map.of("connection.properties.sslpassword", "$ecret"), "bad $ecret"))
                .isEqualTo("bad [hidden]");
    }

    @Test
    void passwordsInUrlsAreHiddenAsWrittenAndDecoded() {
        assertThat(hide(
                        Map.of("connection.url", "jdbc:postgresql://h/db?user=u&password=top%24cret"),
                        "cannot open jdbc:postgresql://h/db?user=u&password=top%24cret with top$cret"))
                .isEqualTo("cannot open jdbc:postgresql://h/db?user=u&password=[hidden] with [hidden]");
        assertThat(hide(Map.of("connection.url", "jdbc:postgresql://u:topsecret@h/db"), "no topsecret"))
                .isEqualTo("no [hidden]");
    }

    @Test
    void passwordsInUrlsAreHiddenWhateverCharactersTheyHold() {
        assertThat(hide(
                        Map.of("connection.url", "jdbc:mysql://u:top/se@cret?@h/db"),
                        "no jdbc:mysql://u:top/se@cret?@h/db"))
                .isEqualTo("no jdbc:mysql://u:[hidden]@h/db");
        assertThat(hide(
                        Map.of("connection.url", "jdbc:mysql://u:topsecret@h/db?user=a@b&password=p@q"),
                        "no topsecret, no p@q"))
                .isEqualTo("no [hidden], no [hidden]");
    }

    @Test
    void passwordsOfLoginModulesAreHidden() {
        Map<String, String> settings = Map.of(
                "consumer.sasl.jaas.config",
                "org.example.Login required username=\"reader\" password=\"open sesame\" clientSecret='shut';");

        assertThat(hide(settings, "reader with open sesame or shut")).isEqualTo("reader with [hidden] or [hidden]");
        assertThat(hide(
                        Map.of("sasl.jaas.config", "org.example.Login required password=open sesame user=x;"),
                        "Value not specified for key 'sesame' in JAAS config of x"))
                .isEqualTo("Value not specified for key '[hidden]' in JAAS config of x");
    }

    @Test
    void shortSecretIsHiddenWhereItStandsAlone() {
        assertThat(hide(Map.of("pin", "e"), "the secret \"e\"")).isEqualTo("the secret \"[hidden]\"");
    }

    @Test
    void userNamedLikeThePasswordStaysReadable() {
        Map<String, String> settings =
                Map.of("pin", "postgres", "connection.user", "postgres", "connection.url", "jdbc:postgresql://h/db");

        assertThat(hide(settings, "user \"postgres\" at jdbc:postgresql://h/db"))
                .isEqualTo("user \"postgres\" at jdbc:postgresql://h/db");
    }

    @Test
    void nothingIsHiddenWithoutSecrets() {
        assertThat(hide(Map.of("mode", "queue", "pin", ""), "mode queue")).isEqualTo("mode queue");
    }

    private static String hide(Map<String, String> settings, String text) {
        return Secrets.of(settings, DEFINITION).hideIn(text);
    }
}
