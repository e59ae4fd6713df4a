// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.sink;

import io.tablecast.benchmarks.Format;
import io.tablecast.benchmarks.OwnConnectors;
import io.tablecast.benchmarks.sink.Contender.Place;
import io.tablecast.benchmarks.sink.Contender.Progress;
import io.tablecast.testing.BrokerOptions;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.JvmProfile;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresOptions.Durability;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.SchemaRegistry;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.WorkerOptions;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** What all runs share: a server, a broker with the topics, a registry and a worker. */
final class SinkStage implements AutoCloseable {
    private static final Duration CONNECTOR_TIMEOUT = Duration.ofMinutes(2);

    private final SinkSettings settings;
    private final Orders orders;
    private final Path folder;
    private final PostgresServer server;
    private final KafkaBroker broker;
    private final SchemaRegistry registry;
    private final ConnectWorker worker;
    private int runs;

    private SinkStage(
            SinkSettings settings,
            Path folder,
            PostgresServer server,
            KafkaBroker broker,
            SchemaRegistry registry,
            ConnectWorker worker) {
        this.settings = settings;
        this.orders = new Orders(settings.all());
        this.folder = folder;
        this.server = server;
        this.broker = broker;
        this.registry = registry;
        this.worker = worker;
    }

    static SinkStage set(SinkSettings settings) {
        Path folder = OwnConnectors.temporaryFolder();
        PostgresServer server = PostgresServer.start(PostgresOptions.defaults()
                .withDurability(Durability.MACHINE_CRASH)
                .withSetting("shared_buffers", "1GB")
                .withSetting("max_wal_size", "8GB"));
        KafkaBroker broker = KafkaBroker.start(BrokerOptions.defaults().withProfile(JvmProfile.THROUGHPUT));
        SchemaRegistry registry = SchemaRegistry.start();
        WorkerOptions options = WorkerOptions.defaults("benchmark")
                .withProfile(JvmProfile.THROUGHPUT)
                .withOffsetFlushInterval(Duration.ofSeconds(5));
        for (String argument : settings.workerArguments()) {
            options = options.withJvmArgument(argument);
        }
        Plugins plugins = Plugins.built()
                .withDebezium()
                .withApicurioConverterAndManifest()
                .withFolder(OwnConnectors.folder(folder, settings.connectors()));
        ConnectWorker worker = ConnectWorker.start(broker, plugins, options);
        return new SinkStage(settings, folder, server, broker, registry, worker);
    }

    /** Writes the topic of a format. */
    void fillTopic(Format format) {
        broker.createTopic(topic(format), Map.of("segment.bytes", "1073741824", "retention.ms", "-1"));
        Map<String, String> configuration = new LinkedHashMap<>(format.converters(registry));
        configuration.put("connector.class", "io.tablecast.benchmarks.plugin.UpdatesSourceConnector");
        configuration.put("tasks.max", "1");
        configuration.put("topic", topic(format));
        configuration.put("records", String.valueOf(settings.all()));
        configuration.put("producer.override.batch.size", "262144");
        configuration.put("producer.override.linger.ms", "20");
        configuration.put("producer.override.compression.type", "lz4");
        String name = "fill-" + topic(format);
        worker.rest().putConnector(name, configuration);
        try (Admin admin = broker.admin()) {
            Conditions.await(settings.timeout(), topic(format) + " is not filled", () -> {
                requireRunning(name);
                return end(admin, topic(format)) >= settings.all();
            });
        }
        worker.rest().stop(name, CONNECTOR_TIMEOUT);
        worker.rest().delete(name);
    }

    /** Times a connector over the topic of a format, from the last record of the warm-up to the last one. */
    Duration time(Contender contender, Format format) {
        String name = "run-" + ++runs;
        try (Database database = server.createDatabase("run_" + runs)) {
            orders.create(database);
            Place place = new Place(database, folder.resolve(name));
            Map<String, String> configuration = new LinkedHashMap<>(contender.settings(place));
            configuration.putAll(format.converters(registry));
            configuration.put("topics", topic(format));
            configuration.put("tasks.max", "1");
            worker.rest().putConnector(name, configuration);
            try (Progress progress = contender.progress(place)) {
                await(progress, name, settings.warmUp() - 1);
                long start = System.nanoTime();
                await(progress, name, settings.all() - 1);
                Duration time = Duration.ofNanos(System.nanoTime() - start);
                requireUpdated(progress, database);
                return time;
            } finally {
                worker.rest().stop(name, CONNECTOR_TIMEOUT);
                worker.rest().delete(name);
            }
        }
    }

    /** Times the driver alone. */
    Duration timeCopying() throws SQLException {
        try (Database database = server.createDatabase("run_" + ++runs)) {
            orders.create(database);
            Duration time = new Copying(orders).run(database, settings.warmUp());
            requireUpdated(database);
            return time;
        }
    }

    private void requireUpdated(Progress progress, Database database) {
        if (progress instanceof TableProgress) {
            requireUpdated(database);
        }
    }

    private void requireUpdated(Database database) {
        ContentComparison.of(
                        new TableContents(database, orders.updated()), TableContents.ofTable(database, "shop.orders"))
                .requireEqual();
    }

    private void await(Progress progress, String name, long number) {
        Conditions.await(settings.timeout(), "record " + number + " has not arrived. See " + worker.log(), () -> {
            boolean has = progress.has(number);
            if (!has) {
                requireRunning(name);
            }
            return has;
        });
    }

    private void requireRunning(String name) {
        worker.rest().status(name).flatMap(status -> status.failure()).ifPresent(trace -> {
            throw new IllegalStateException(name + " has failed: " + trace);
        });
    }

    private static String topic(Format format) {
        return format.option() + ".shop.orders";
    }

    private static long end(Admin admin, String topic) throws InterruptedException, ExecutionException {
        TopicPartition partition = new TopicPartition(topic, 0);
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    @Override
    public void close() {
        worker.close();
        registry.close();
        broker.close();
        server.close();
    }
}
