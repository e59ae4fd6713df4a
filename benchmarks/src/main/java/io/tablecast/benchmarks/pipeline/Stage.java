// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

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
import io.tablecast.testing.WorkerOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The servers on which all pipelines run, one after the other: two PostgreSQL servers, a broker and a worker. */
final class Stage implements AutoCloseable {
    private static final Duration CONNECTOR_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration LIVENESS_INTERVAL = Duration.ofSeconds(2);
    private static final String UNDEFINED_TABLE = "42P01";
    private static final String UNDEFINED_SCHEMA = "3F000";

    private final PostgresServer sourceServer;
    private final PostgresServer destinationServer;
    private final KafkaBroker broker;
    private final ConnectWorker worker;
    private final Duration timeout;

    private Stage(
            PostgresServer sourceServer,
            PostgresServer destinationServer,
            KafkaBroker broker,
            ConnectWorker worker,
            Duration timeout) {
        this.sourceServer = sourceServer;
        this.destinationServer = destinationServer;
        this.broker = broker;
        this.worker = worker;
        this.timeout = timeout;
    }

    static Stage set(Duration timeout) {
        PostgresServer source = PostgresServer.start(postgres());
        PostgresServer destination = PostgresServer.start(postgres());
        KafkaBroker broker = KafkaBroker.start(BrokerOptions.defaults().withProfile(JvmProfile.THROUGHPUT));
        WorkerOptions options = WorkerOptions.defaults("benchmark")
                .withProfile(JvmProfile.THROUGHPUT)
                .withOffsetFlushInterval(Duration.ofSeconds(5));
        ConnectWorker worker = ConnectWorker.start(broker, Plugins.built().withDebezium(), options);
        return new Stage(source, destination, broker, worker, timeout);
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
    Measurement run(Pipeline pipeline, OrdersTable orders, String id) throws SQLException {
        try (Database source = sourceServer.createDatabase("source_" + id);
                Database destination = destinationServer.createDatabase("destination_" + id)) {
            Run run = new Run(id, source, destination);
            orders.create(source);
            try {
                return measure(pipeline, orders, run);
            } finally {
                remove(pipeline, run);
            }
        }
    }

    private Measurement measure(Pipeline pipeline, OrdersTable orders, Run run) throws SQLException {
        String table = pipeline.destinationTable();
        Instant start = Instant.now();
        worker.rest().putConnector(run.sourceConnector(), pipeline.source(run));
        worker.rest().putConnector(run.sinkConnector(), pipeline.sink(run));
        awaitTrue(run, orders.isCopied(table));
        Duration firstCopy = Duration.between(start, Instant.now());
        orders.requireEqual(run.source(), run.destination(), table);

        orders.update(run.source());
        Instant commit = Instant.now();
        awaitTrue(run, orders.isUpdated(table));
        Duration update = Duration.between(commit, Instant.now());
        orders.requireEqual(run.source(), run.destination(), table);
        return new Measurement(firstCopy, update);
    }

    private void awaitTrue(Run run, String question) throws SQLException {
        try (Connection connection = run.destination().connection();
                PreparedStatement statement = connection.prepareStatement(question)) {
            Liveness liveness = new Liveness(run);
            Conditions.await(timeout, "the destination does not answer yes to: " + question, () -> {
                liveness.require();
                return isTrue(statement);
            });
        }
    }

    private static boolean isTrue(PreparedStatement question) throws SQLException {
        try (ResultSet answer = question.executeQuery()) {
            answer.next();
            return answer.getBoolean(1);
        } catch (SQLException e) {
            if (List.of(UNDEFINED_TABLE, UNDEFINED_SCHEMA).contains(e.getSQLState())) {
                return false;
            }
            throw e;
        }
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
