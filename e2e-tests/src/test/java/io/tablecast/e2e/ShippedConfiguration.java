// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Files of the folder {@code config}, as they ship. */
final class ShippedConfiguration {
    private static final TypeReference<LinkedHashMap<String, String>> TEXTS = new TypeReference<>() {};
    private static final List<String> OF_THE_USER = List.of(
            "connection.url",
            "connection.user",
            "connection.password",
            "topic.prefix",
            "table.include.list",
            "topics.regex");

    private ShippedConfiguration() {}

    /** A connector's settings but those that name its databases and tables. */
    static Map<String, String> read(String file) {
        Path path = Path.of(System.getProperty("tablecast.root"), "config").resolve(file);
        try {
            Map<String, String> settings = new ObjectMapper().readValue(path.toFile(), TEXTS);
            settings.keySet().removeAll(OF_THE_USER);
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
        }
    }
}
