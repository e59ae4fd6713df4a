// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.cli.ConnectorFile.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectorFileReaderTest {
    @TempDir
    private Path folder;

    @Test
    void scalarsBecomeText() throws Exception {
        ConnectorFile file = read("a.json", "{\"a\": \"x\", \"b\": 2, \"c\": true}");

        assertThat(file.form()).isEqualTo(Form.SETTINGS);
        assertThat(file.settings()).isEqualTo(Map.of("a", "x", "b", "2", "c", "true"));
    }

    @Test
    void requestGivesNameAndSettings() throws Exception {
        ConnectorFile file = read("a.json", "{\"name\": \"n\", \"config\": {\"a\": \"x\"}}");

        assertThat(file.form()).isEqualTo(Form.REQUEST);
        assertThat(file.settings()).isEqualTo(Map.of("name", "n", "a", "x"));
    }

    @Test
    void fileWithoutExtensionIsToldByItsContent() throws Exception {
        assertThat(read("a", " {\"a\": \"x\"}").form()).isEqualTo(Form.SETTINGS);
        assertThat(read("b", "a=x").form()).isEqualTo(Form.PROPERTIES);
        assertThat(read("b", "a=x").settings()).isEqualTo(Map.of("a", "x"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"a": "x",}             | is not valid JSON at line 1, column 11: Unexpected character ('}'
                    {"a": "x"               | is not valid JSON at line 1, column
                    {"a": "x"} {}           | is not valid JSON at line 1, column
                    {"a": "x", "a": "y"}    | is not valid JSON at line 1, column 15: Duplicate field 'a'.
                    ["a"]                   | holds no JSON object. Write {"key": "value", ...}
                    ``                      | holds no JSON object.
                    """)
    void brokenJsonIsRefusedWithItsPlace(String json, String message) {
        assertThatThrownBy(() -> read("a.json", json))
                .isInstanceOf(UnreadableFileException.class)
                .hasMessageStartingWith(folder.resolve("a.json") + " " + message);
    }

    @Test
    void directoryIsRefused() {
        assertThatThrownBy(() -> ConnectorFileReader.read(folder))
                .isInstanceOf(UnreadableFileException.class)
                .hasMessage(folder + " is a directory. Name the files in it.");
    }

    @Test
    void brokenPropertiesAreRefused() {
        assertThatThrownBy(() -> read("a.properties", "a=\\u00zz"))
                .isInstanceOf(UnreadableFileException.class)
                .hasMessage(folder.resolve("a.properties")
                        + " is not a valid properties file: Malformed \\uxxxx encoding..");
    }

    private ConnectorFile read(String name, String content) throws UnreadableFileException, IOException {
        return ConnectorFileReader.read(Files.writeString(folder.resolve(name), content));
    }
}
