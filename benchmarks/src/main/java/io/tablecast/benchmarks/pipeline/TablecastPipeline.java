// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tablecast with the files of {@code config/} as they ship but for the converters. */
final class TablecastPipeline implements Pipeline {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final String sourceFile;

    /**
     * @param root the repository
     * @param sourceFile the source connector's file in {@code config/}
     */
    TablecastPipeline(Path root, String sourceFile) {
        this.folder = root.resolve("config");
        this.sourceFile = sourceFile;
    }

    @Override
    public String name() {
        return "Tablecast";
    }

    @Override
    public Map<String, String> source(Run run) {
        Map<String, String> settings = shipped(sourceFile);
        connect(settings, run.source().jdbcUrl(), run.source().user(), run.source().password());
        settings.put("tasks.max", "1");
        settings.put("topic.prefix", run.id());
        settings.put("table.include.list", "shop\\.orders");
        return settings;
    }

    @Override
    public Map<String, String> sink(Run run) {
        Map<String, String> settings = shipped("postgres-sink.json");
        connect(settings, run.destination().jdbcUrl(), run.destination().user(), run.destination().password());
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

    private static void connect(Map<String, String> settings, String url, String user, String password) {
        settings.put("connection.url", url);
        settings.put("connection.user", user);
        settings.put("connection.password", password);
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
