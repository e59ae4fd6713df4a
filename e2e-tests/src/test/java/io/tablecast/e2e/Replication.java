// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import io.tablecast.testing.ConnectRest;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.WorkerOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A source and a destination database, a worker of one's own that has loaded the zips, and the connectors of a test. */
final class Replication implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(Form.amount(2, 15));

    private static final AtomicInteger COUNT = new AtomicInteger();
    static final Map<String, String> CONVERTERS = Map.of(
            "key.converter", "org.apache.kafka.connect.json.JsonConverter",
            "value.converter", "org.apache.kafka.connect.json.JsonConverter",
            "value.converter.replace.null.with.default", "false");

    private final String prefix;
    private final Database source;
    private final Database destination;
    private final ConnectWorker worker;

    private Replication(String prefix, Database source, Database destination, ConnectWorker worker) {
        this.prefix = prefix;
        this.source = source;
        this.destination = destination;
        this.worker = worker;
    }

    static Replication start(WorkerOptions.ExactlyOnceSource exactlyOnce) {
        return start(options(exactlyOnce));
    }

    static WorkerOptions options(WorkerOptions.ExactlyOnceSource exactlyOnce) {
        return WorkerOptions.defaults("e2e-" + COUNT.incrementAndGet()).withExactlyOnceSource(exactlyOnce);
    }

    static Replication start(WorkerOptions options) {
        return start(options, Plugins.built());
    }

    static Replication start(WorkerOptions options, Plugins plugins) {
        // Both databases live in one server: nothing here depends on there being two.
        PostgresServer server = PostgresServer.shared();
        return start(KafkaBroker.shared(), server, server, options, plugins);
    }

    static Replication start(
            KafkaBroker broker, PostgresServer source, PostgresServer destination, WorkerOptions options) {
        return start(broker, source, destination, options, Plugins.built());
    }

    static Replication start(
            KafkaBroker broker,
            PostgresServer source,
            PostgresServer destination,
            WorkerOptions options,
            Plugins plugins) {
        return new Replication(
                options.groupId(),
                source.createDatabase(),
                destination.createDatabase(),
                ConnectWorker.start(broker, plugins, options));
    }

    Database source() {
        return source;
    }

    Database destination() {
        return destination;
    }

    ConnectWorker worker() {
        return worker;
    }

    ConnectRest rest() {
        return worker.rest();
    }

    String topic(String table) {
        return prefix + "." + table;
    }

    /** The source partition of a table's offset. */
    Map<String, Object> partition(String table) {
        return Map.of("table", prefix + "/" + table);
    }

    /** What a user would PUT for the source, with these settings on top. */
    Map<String, String> sourceConfiguration(Map<String, String> settings) {
        Map<String, String> configuration = new LinkedHashMap<>(CONVERTERS);
        configuration.put("name", sourceName());
        configuration.put("connector.class", "io.tablecast.source.PostgresSourceConnector");
        configuration.put("tasks.max", "2");
        configuration.put("connection.url", source.jdbcUrl());
        configuration.put("connection.user", source.user());
        configuration.put("connection.password", source.password());
        configuration.put("topic.prefix", prefix);
        configuration.put("table.include.list", "shop\\..*");
        configuration.put("topic.creation.default.partitions", "1");
        configuration.put("topic.creation.default.replication.factor", "1");
        configuration.putAll(settings);
        return configuration;
    }

    /** What a user would PUT for the sink, with these settings on top. */
    Map<String, String> sinkConfiguration(Map<String, String> settings) {
        Map<String, String> configuration = new LinkedHashMap<>(CONVERTERS);
        configuration.put("name", sinkName());
        configuration.put("connector.class", "io.tablecast.sink.PostgresSinkConnector");
        configuration.put("tasks.max", "2");
        configuration.put("topics.regex", prefix + "\\.shop\\..*");
        configuration.put("connection.url", destination.jdbcUrl());
        configuration.put("connection.user", destination.user());
        configuration.put("connection.password", destination.password());
        configuration.put("consumer.override.isolation.level", "read_committed");
        configuration.put("consumer.override.max.poll.records", "5000");
        configuration.put("consumer.override.metadata.max.age.ms", "1000");
        configuration.putAll(settings);
        return configuration;
    }

    void deploySource(Map<String, String> settings) {
        rest().putConnector(sourceName(), sourceConfiguration(settings));
        rest().awaitRunning(sourceName(), PATIENCE);
    }

    void deploySink(Map<String, String> settings) {
        rest().putConnector(sinkName(), sinkConfiguration(settings));
        rest().awaitRunning(sinkName(), PATIENCE);
    }

    String sourceName() {
        return prefix + "-source";
    }

    String sinkName() {
        return prefix + "-sink";
    }

    /** Waits until both sides hold the same rows of the tables. */
    void awaitEqual(String... tables) {
        for (String table : tables) {
            ContentComparison.awaitEqual(
                    PATIENCE, TableContents.ofTable(source, table), TableContents.ofTable(destination, table));
        }
    }

    @Override
    public void close() {
        worker.close();
        source.close();
        destination.close();
    }
}
