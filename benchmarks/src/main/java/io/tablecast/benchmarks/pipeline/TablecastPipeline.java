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

/** Tablecast in mode queue, with the files of {@code config/} as they ship but for the converters. */
final class TablecastPipeline implements Pipeline {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    TablecastPipeline(Path root) {
        this.folder = root.resolve("config");
    }

    @Override
    public String name() {
        return "Tablecast";
    }

    @Override
    public Map<String, String> source(Run run) {
        Map<String, String> settings = shipped("postgres-queue-source.json");
        connect(settings, run.source());
        settings.put("tasks.max", "1");
        settings.put("topic.prefix", run.id());
        settings.put("table.include.list", "shop\\.orders");
        return settings;
    }

    @Override
    public Map<String, String> sink(Run run) {
        Map<String, String> settings = shipped("postgres-sink.json");
        connect(settings, run.destination());
        settings.put("tasks.max", "1");
        // By its name, as the peer has it: a pattern would find the topic only when the consumer looks again.
        settings.remove("topics.regex");
        settings.put("topics", run.topic());
        return settings;
    }

    @Override
    public Progress progress(Run run) {
        return new TableProgress(run, OrdersTable.NAME);
    }

    @Override
    public void cleanUp(Run run) {
        // Queue, triggers and offsets lie in the run's databases.
    }

    private static void connect(Map<String, String> settings, Database database) {
        settings.put("connection.url", database.jdbcUrl());
        settings.put("connection.user", database.user());
        settings.put("connection.password", database.password());
    }

    private Map<String, String> shipped(String name) {
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
