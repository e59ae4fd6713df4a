// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
        Map<String, String> settings = readWhole(file);
        settings.keySet().removeAll(OF_THE_USER);
        return settings;
    }

    /** The connector files of a folder, relative to {@code config}. */
    static List<String> files(String folder) {
        try (Stream<Path> files = Files.list(root().resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .map(file -> root().relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + folder + ": " + e.getMessage(), e);
        }
    }

    /** A connector's settings, all of them. */
    static Map<String, String> readWhole(String file) {
        return parse(text(file));
    }

    /** The settings of a connector file's text. */
    static Map<String, String> parse(String json) {
        try {
            return new ObjectMapper().readValue(json, TEXTS);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + json + ": " + e.getMessage(), e);
        }
    }

    /** A file as it stands there. */
    static String text(String file) {
        Path path = root().resolve(file);
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private static Path root() {
        return Path.of(System.getProperty("tablecast.root"), "config").normalize();
    }
}
