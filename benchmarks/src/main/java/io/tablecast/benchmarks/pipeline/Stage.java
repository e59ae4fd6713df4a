// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.Format;
import io.tablecast.benchmarks.OwnConnectors;
import io.tablecast.benchmarks.pipeline.Pipeline.Progress;
import io.tablecast.benchmarks.pipeline.Pipeline.Run;
import io.tablecast.testing.BrokerOptions;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.Database;
import io.tablecast.testing.JvmProfile;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.SchemaRegistry;
import io.tablecast.testing.WorkerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The servers on which all pipelines run, one after the other: two database servers, a broker, a registry and a worker. */
final class Stage implements AutoCloseable {
    private final SourceServer sourceServer;
    private final PostgresServer destinationServer;
    private final KafkaBroker broker;
    private final SchemaRegistry registry;
    private final ConnectWorker worker;
    private final Path folder;
    private final Duration timeout;

    private Stage(
            SourceServer sourceServer,
            PostgresServer destinationServer,
            KafkaBroker broker,
            SchemaRegistry registry,
            ConnectWorker worker,
            Path folder,
            Duration timeout) {
        this.sourceServer = sourceServer;
        this.destinationServer = destinationServer;
        this.broker = broker;
        this.registry = registry;
        this.worker = worker;
        this.folder = folder;
        this.timeout = timeout;
    }

    static Stage set(SourceKind kind, BenchmarkSettings settings) {
        Path folder = OwnConnectors.temporaryFolder();
        SourceServer source = kind.start();
        PostgresServer destination = PostgresServer.start(Servers.durablePostgres());
        KafkaBroker broker = KafkaBroker.start(BrokerOptions.defaults().withProfile(JvmProfile.THROUGHPUT));
        WorkerOptions options = WorkerOptions.defaults("benchmark")
                .withProfile(JvmProfile.THROUGHPUT)
                .withMonitoring(WorkerOptions.Monitoring.JMX)
                .withOffsetFlushInterval(Duration.ofSeconds(5));
        for (String argument : settings.workerArguments()) {
            options = options.withJvmArgument(argument);
        }
        Plugins plugins = Plugins.built()
                .withDebezium()
                .withApicurioConverterAndManifest()
                .withFolder(OwnConnectors.folder(folder, settings.connectors()));
        SchemaRegistry registry = SchemaRegistry.start();
        ConnectWorker worker = ConnectWorker.start(broker, plugins, options);
        return new Stage(source, destination, broker, registry, worker, folder, settings.timeout());
    }

    /**
     * Plays a scenario with a pipeline, on databases of its own, and leaves nothing of it behind.
     *
     * @throws AssertionError if the copy is not equal to the table, or does not come in time
     */
    Measurement run(Pipeline pipeline, Format format, OrdersTable orders, String id, Scenario scenario) {
        try (SourceDatabase source = sourceServer.create(id);
                Database destination = destinationServer.createDatabase("destination_" + id)) {
            source.fill(orders);
            return play(pipeline, format, run(id, orders, source, destination), scenario);
        }
    }

    /** A run on databases that are there. */
    Run run(String id, OrdersTable orders, SourceDatabase source, Database destination) {
        return new Run(id, orders, source, destination, broker.bootstrapServers(), folder);
    }

    /** The same as the other, but for databases, which the caller closes. */
    Measurement play(Pipeline pipeline, Format format, Run run, Scenario scenario) {
        try (Progress progress = pipeline.progress(run);
                Connectors connectors = connectors(run.id(), format, pipeline.source(run), pipeline.sink(run))) {
            return scenario.play(run, connectors, progress);
        } finally {
            pipeline.cleanUp(run);
            deleteTopics(run.id());
        }
    }

    /** Connectors with the converters of a format, which are still to be created. */
    Connectors connectors(String id, Format format, Map<String, String> source, Map<String, String> sink) {
        return new Connectors(worker.rest(), id, converted(format, source), converted(format, sink), timeout);
    }

    /** Deletes the topics in whose names a run's stands. */
    void deleteTopics(String id) {
        broker.topics().stream().filter(topic -> topic.contains(id)).forEach(broker::deleteTopic);
    }

    SourceServer sourceServer() {
        return sourceServer;
    }

    PostgresServer destinationServer() {
        return destinationServer;
    }

    KafkaBroker broker() {
        return broker;
    }

    ConnectWorker worker() {
        return worker;
    }

    private Map<String, String> converted(Format format, Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(format.converters(registry));
        return all;
    }

    @Override
    public void close() {
        worker.close();
        registry.close();
        broker.close();
        destinationServer.close();
        sourceServer.close();
    }
}
