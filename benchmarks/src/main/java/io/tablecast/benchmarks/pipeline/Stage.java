// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.Format;
import io.tablecast.benchmarks.OwnConnectors;
import io.tablecast.benchmarks.pipeline.Pipeline.Progress;
import io.tablecast.benchmarks.pipeline.Pipeline.Run;
import io.tablecast.testing.BrokerOptions;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.Database;
import io.tablecast.testing.JvmProfile;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresOptions.Durability;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.SchemaRegistry;
import io.tablecast.testing.WorkerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The servers on which all pipelines run, one after the other: two PostgreSQL servers, a broker, a registry and a
 * worker. */
final class Stage implements AutoCloseable {
    private static final Duration CONNECTOR_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration LIVENESS_INTERVAL = Duration.ofSeconds(2);

    private final PostgresServer sourceServer;
    private final PostgresServer destinationServer;
    private final KafkaBroker broker;
    private final SchemaRegistry registry;
    private final ConnectWorker worker;
    private final Path folder;
    private final Duration timeout;

    private Stage(
            PostgresServer sourceServer,
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

    static Stage set(BenchmarkSettings settings) {
        Path folder = OwnConnectors.temporaryFolder();
        PostgresServer source = PostgresServer.start(postgres());
        PostgresServer destination = PostgresServer.start(postgres());
        KafkaBroker broker = KafkaBroker.start(BrokerOptions.defaults().withProfile(JvmProfile.THROUGHPUT));
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
        SchemaRegistry registry = SchemaRegistry.start();
        ConnectWorker worker = ConnectWorker.start(broker, plugins, options);
        return new Stage(source, destination, broker, registry, worker, folder, settings.timeout());
    }

    private static PostgresOptions postgres() {
        return PostgresOptions.defaults()
                .withDurability(Durability.MACHINE_CRASH)
                .withSetting("wal_level", "logical")
                .withSetting("shared_buffers", "512MB")
                .withSetting("max_wal_size", "4GB");
    }

    /**
     * Runs a pipeline once, on databases of its own, and leaves nothing of it behind.
     *
     * @throws AssertionError if the copy is not equal to the table, or does not come in time
     */
    Measurement run(Pipeline pipeline, Format format, OrdersTable orders, String id) {
        try (Database source = sourceServer.createDatabase("source_" + id);
                Database destination = destinationServer.createDatabase("destination_" + id)) {
            Run run = new Run(id, orders, source, destination, folder);
            orders.create(source);
            try (Progress progress = pipeline.progress(run)) {
                return measure(pipeline, format, run, progress);
            } finally {
                remove(pipeline, run);
            }
        }
    }

    private Measurement measure(Pipeline pipeline, Format format, Run run, Progress progress) {
        Map<String, String> source = new LinkedHashMap<>(pipeline.source(run));
        source.putAll(format.converters(registry));
        Map<String, String> sink = new LinkedHashMap<>(pipeline.sink(run));
        sink.putAll(format.converters(registry));
        Instant start = Instant.now();
        worker.rest().putConnector(run.sourceConnector(), source);
        worker.rest().putConnector(run.sinkConnector(), sink);
        await(run, "copy", progress::isCopied);
        Duration firstCopy = Duration.between(start, Instant.now());
        progress.requireEqual();

        progress.update();
        Instant commit = Instant.now();
        await(run, "update", progress::isUpdated);
        Duration update = Duration.between(commit, Instant.now());
        List<Duration> latencies = progress.latencies();
        progress.requireEqual();
        return new Measurement(firstCopy, update, latencies);
    }

    private void await(Run run, String what, BooleanSupplier isThere) {
        Liveness liveness = new Liveness(run);
        Conditions.await(timeout, run.id() + ": the destination does not show the " + what, () -> {
            liveness.require();
            return isThere.getAsBoolean();
        });
    }

    private void remove(Pipeline pipeline, Run run) {
        for (String connector : List.of(run.sinkConnector(), run.sourceConnector())) {
            if (worker.rest().connectors().contains(connector)) {
                worker.rest().stop(connector, CONNECTOR_TIMEOUT);
                worker.rest().delete(connector);
            }
        }
        pipeline.cleanUp(run);
        broker.topics().stream().filter(topic -> topic.contains(run.id())).forEach(broker::deleteTopic);
    }

    @Override
    public void close() {
        worker.close();
        registry.close();
        broker.close();
        destinationServer.close();
        sourceServer.close();
    }

    /** Asks the worker now and then whether the connectors are well, so that a failure is told at once. */
    private final class Liveness {
        private final Run run;
        private Instant next = Instant.now().plus(LIVENESS_INTERVAL);

        private Liveness(Run run) {
            this.run = run;
        }

        private void require() {
            if (Instant.now().isBefore(next)) {
                return;
            }
            next = Instant.now().plus(LIVENESS_INTERVAL);
            for (String connector : List.of(run.sourceConnector(), run.sinkConnector())) {
                worker.rest()
                        .status(connector)
                        .flatMap(status -> status.failure())
                        .ifPresent(trace -> {
                            throw new IllegalStateException(connector + " has failed: " + trace);
                        });
            }
        }
    }
}
