// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.docs.DocumentedSettings.Connector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With {@code -Dconfiguration.reference=write} the page is written before it is looked at. */
class ConfigurationReferenceTest {

    private static final Path PAGE = Path.of(System.getProperty("tablecast.root"), "docs", "configuration.md");

    static List<Connector> connectors() {
        return DocumentedSettings.connectors();
    }

    @Test
    void committedPageSaysWhatTheDefinitionsSay() throws IOException {
        if ("write".equals(System.getProperty("configuration.reference"))) {
            Files.writeString(PAGE, ConfigurationReference.page());
        }

        assertThat(PAGE)
                .as("written anew by: " + ConfigurationReference.COMMAND)
                .content()
                .isEqualTo(ConfigurationReference.page());
    }

    @ParameterizedTest
    @MethodSource("connectors")
    void everyNumberHasAUnit(Connector connector) {
        assertThat(connector.keys())
                .filteredOn(ConfigurationReference::isNumber)
                .isNotEmpty()
                .allSatisfy(key -> assertThat(ConfigurationReference.unit(key.name))
                        .as(key.name)
                        .isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("connectors")
    void everyKeyHasAGroupAndASentence(Connector connector) {
        assertThat(connector.keys()).allSatisfy(key -> {
            assertThat(key.group).as(key.name).isNotBlank();
            assertThat(connector.sentence(key)).as(key.name).endsWith(".").hasSizeGreaterThan(20);
        });
    }

    /** The sentence is what REST shows; nobody reads there which keys tables may have. */
    @ParameterizedTest
    @MethodSource("connectors")
    void keysThatTablesMayHaveSaySo(Connector connector) {
        List<String> saying = connector.keys().stream()
                .filter(key -> isSaying(connector, key))
                .map(key -> key.name)
                .toList();

        assertThat(saying).containsExactlyInAnyOrderElementsOf(connector.keysOfTables());
    }

    private static boolean isSaying(Connector connector, ConfigKey key) {
        return key.documentation.length() > connector.sentence(key).length();
    }
}
