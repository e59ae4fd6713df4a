// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.testing.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of {@code config/} as they ship, but for the converters, with one task and the databases of a run. */
final class ShippedSettings {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    /** @param root the repository */
    ShippedSettings(Path root) {
        this.folder = root.resolve("config");
    }

    /**
     * A source connector's.
     *
     * @param file the name of its file
     * @param tables what matches their names
     */
    Map<String, String> source(String file, SourceDatabase database, String topicPrefix, String tables) {
        Map<String, String> settings = read(file);
        connect(settings, database.jdbcUrl(), database.user(), database.password());
        settings.put("topic.prefix", topicPrefix);
        settings.put("table.include.list", tables);
        return settings;
    }

    /** The sink connector's, with the topics by their names: a pattern would find them only when the consumer looks again. */
    Map<String, String> sink(Database database, String topics) {
        Map<String, String> settings = read("postgres-sink.json");
        connect(settings, database.jdbcUrl(), database.user(), database.password());
        settings.remove("topics.regex");
        settings.put("topics", topics);
        return settings;
    }

    private static void connect(Map<String, String> settings, String url, String user, String password) {
        settings.put("connection.url", url);
        settings.put("connection.user", user);
        settings.put("connection.password", password);
        settings.put("tasks.max", "1");
    }

    private Map<String, String> read(String name) {
        Path file = folder.resolve(name);
        try {
            Map<String, String> settings =
                    JSON.readValue(file.toFile(), new TypeReference<LinkedHashMap<String, String>>() {});
            settings.keySet().removeIf(key -> key.startsWith("key.converter") || key.startsWith("value.converter"));
            return settings;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
