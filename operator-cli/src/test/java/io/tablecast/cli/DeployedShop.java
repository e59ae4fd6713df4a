// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A small shop, its copy, and the files of the two connectors between them; passwords are placeholders. */
final class DeployedShop implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String prefix;
    private final Path folder;
    private final Database source = PostgresServer.shared().createDatabase();
    private final Database destination = PostgresServer.shared().createDatabase();

    DeployedShop(String prefix, Path folder) throws IOException {
        this.prefix = prefix;
        this.folder = folder;
        Files.writeString(
                folder.resolve("secrets.properties"),
                "source=" + source.password() + "\ndestination=" + destination.password() + "\n");
        source.execute("CREATE SCHEMA shop");
    }

    Database source() {
        return source;
    }

    Database destination() {
        return destination;
    }

    String sourceName() {
        return prefix + "-source";
    }

    String sinkName() {
        return prefix + "-sink";
    }

    /** The partition of a table's offset. */
    Map<String, Object> partition(String table) {
        return Map.of("table", prefix + "/" + table);
    }

    Path sourceFile(Map<String, String> more) throws IOException {
        Map<String, String> settings = connection(source, "source");
        settings.put("connector.class", "io.tablecast.source.PostgresSourceConnector");
        settings.put("topic.prefix", prefix);
        settings.put("mode", "queue");
        settings.put("heartbeat.interval.ms", "500");
        settings.put("table.include.list", "shop\\..*");
        settings.put("topic.creation.default.partitions", "1");
        settings.put("topic.creation.default.replication.factor", "1");
        settings.putAll(more);
        return file(sourceName(), settings);
    }

    Path sinkFile(Map<String, String> more) throws IOException {
        Map<String, String> settings = connection(destination, "destination");
        settings.put("connector.class", "io.tablecast.sink.PostgresSinkConnector");
        settings.put("topics.regex", prefix + "\\.shop\\..*");
        settings.put("consumer.override.isolation.level", "read_committed");
        settings.put("consumer.override.metadata.max.age.ms", "1000");
        settings.putAll(more);
        return file(sinkName(), settings);
    }

    private Map<String, String> connection(Database database, String secret) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("tasks.max", "1");
        settings.put("connection.url", database.jdbcUrl());
        settings.put("connection.user", database.user());
        settings.put("connection.password", "${file:" + folder.resolve("secrets.properties") + ":" + secret + "}");
        settings.put("value.converter.replace.null.with.default", "false");
        settings.put("key.converter", "io.tablecast.json.TablecastJsonConverter");
        settings.put("value.converter", "io.tablecast.json.TablecastJsonConverter");
        return settings;
    }

    private Path file(String name, Map<String, String> settings) throws IOException {
        Path file = folder.resolve(name + ".json");
        JSON.writeValue(file.toFile(), settings);
        return file;
    }

    /** Runs a command of this shop's connectors. */
    CommandRun run(String command, Object... arguments) {
        return connect(command, with(arguments, "--connector", sourceName(), "--connector", sinkName()));
    }

    /** Runs a command that speaks to the worker. */
    static CommandRun connect(String command, Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(command, "--url", Cluster.rest()));
        all.addAll(Arrays.asList(arguments));
        return CommandRun.of(KnownConnectors.onClassPath(), all.toArray());
    }

    private static Object[] with(Object[] arguments, Object... more) {
        List<Object> all = new ArrayList<>(Arrays.asList(more));
        all.addAll(Arrays.asList(arguments));
        return all.toArray();
    }

    void awaitRows(String table, long count) {
        Conditions.await(
                PATIENCE,
                () -> table + " should have " + count + " rows",
                () -> destination.number("SELECT count(*) FROM pg_class WHERE oid = to_regclass('" + table + "')") == 1
                        && destination.number("SELECT count(*) FROM " + table) == count);
    }

    @Override
    public void close() {
        for (String connector : List.of(sourceName(), sinkName())) {
            if (Cluster.rest().connectors().contains(connector)) {
                Cluster.rest().delete(connector);
            }
        }
        source.close();
        destination.close();
    }
}
