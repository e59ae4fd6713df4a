// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectRest;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.ConnectorOffset;
import io.tablecast.testing.ConnectorStatus;
import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlOptions;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.ServerClock;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.TcpProxy;
import io.tablecast.testing.WorkerOptions;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import io.tablecast.testing.WorkerOptions.Monitoring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Servers and workers of their own, all of which can be broken: a broker, two workers of a group with short sessions, a
 * PostgreSQL source, a MariaDB source and a destination behind proxies, and a connector of every mode.
 */
final class Stage implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofMinutes(4);
    static final String SOURCE_ROLE = "tablecast_source";

    private static final String SINK = "night-sink";
    private static final String ACCOUNTS = "SELECT id, owner, balance FROM %s.accounts ORDER BY id";

    private final ExactlyOnceSource exactlyOnce;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final KafkaBroker broker;
    private final Optional<ServerClock> sourceClock;
    private final PostgresServer sourceServer;
    private final PostgresServer destinationServer;
    private final Database source;
    private final MySqlDatabase mariaDb;
    private final Database destination;
    private final SmallDisk disk;
    private final Map<Network, TcpProxy> proxies;
    private final List<ConnectWorker> workers;
    private final VisitingTables visitors;

    private Stage(ExactlyOnceSource exactlyOnce) {
        this.exactlyOnce = exactlyOnce;
        try {
            broker = opened(KafkaBroker.start());
            sourceClock = ServerClock.create();
            PostgresOptions ofSource = PostgresOptions.defaults();
            sourceServer = opened(
                    PostgresServer.start(sourceClock.map(ofSource::withClock).orElse(ofSource)));
            destinationServer = opened(PostgresServer.start());
            source = sourceServer.createDatabase("night_source");
            destination = destinationServer.createDatabase("night");
            visitors = new VisitingTables(source, destination);
            disk = opened(SmallDisk.under(destination));
            MySqlServer mariaDbServer = opened(MySqlServer.start(MySqlOptions.of(MySqlRelease.MARIADB_11_4)));
            mariaDb = mariaDbServer.createDatabase("crm");
            proxies = Map.of(
                    Network.TO_SOURCE, opened(TcpProxy.to(sourceServer.host(), sourceServer.port())),
                    Network.TO_MARIADB, opened(TcpProxy.to(mariaDbServer.host(), mariaDbServer.port())),
                    Network.TO_DESTINATION, opened(TcpProxy.to(destinationServer.host(), destinationServer.port())));
            workers = List.of(opened(newWorker()), opened(newWorker()));
        } catch (RuntimeException | AssertionError e) {
            close();
            throw e;
        }
    }

    /** Starts everything, and returns when both sides are equal for the first time. */
    static Stage start(ExactlyOnceSource exactlyOnce) {
        Stage stage = new Stage(exactlyOnce);
        try {
            Workload.createTables(stage.source, stage.mariaDb);
            for (String script : List.of("source-role", "source-queue", "source-incremental")) {
                stage.source.execute(script(script));
            }
            stage.deploy();
            stage.awaitEqual();
            return stage;
        } catch (RuntimeException | AssertionError e) {
            stage.close();
            throw e;
        }
    }

    KafkaBroker broker() {
        return broker;
    }

    PostgresServer sourceServer() {
        return sourceServer;
    }

    /** Empty where it cannot be set. */
    Optional<ServerClock> sourceClock() {
        return sourceClock;
    }

    PostgresServer destinationServer() {
        return destinationServer;
    }

    Database source() {
        return source;
    }

    MySqlDatabase mariaDb() {
        return mariaDb;
    }

    Database destination() {
        return destination;
    }

    VisitingTables visitors() {
        return visitors;
    }

    SmallDisk disk() {
        return disk;
    }

    TcpProxy proxy(Network network) {
        return proxies.get(network);
    }

    List<ConnectWorker> workers() {
        return workers;
    }

    /** Another worker of the group, which the caller closes. */
    ConnectWorker newWorker() {
        return ConnectWorker.start(
                broker,
                Plugins.built(),
                WorkerOptions.defaults("night")
                        .withExactlyOnceSource(exactlyOnce)
                        .withMonitoring(Monitoring.JMX));
    }

    List<String> connectors() {
        return List.of("night-queue", "night-incremental", "night-snapshot", "night-mariadb", SINK);
    }

    /** Of a worker that answers. */
    ConnectRest anyRest() {
        return workers.stream()
                .map(ConnectWorker::rest)
                .filter(ConnectRest::isHealthy)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No worker answers"));
    }

    Workload write(long seed) {
        return Workload.start(source, mariaDb, seed);
    }

    /** Waits until the tables of both sides are equal by content, and every task runs. Nobody restarts a task. */
    void awaitEqual() {
        for (String table : Workload.TABLES) {
            ContentComparison.awaitEqual(
                    PATIENCE, TableContents.ofTable(source, table), TableContents.ofTable(destination, table));
        }
        visitors.awaitEqual();
        Conditions.await(
                PATIENCE,
                () -> "the accounts of MariaDB differ: " + states(),
                () -> mariaDb.rows(ACCOUNTS.formatted(mariaDb.name())).equals(accountsAtDestination()));
        for (String connector : connectors()) {
            Conditions.await(
                    PATIENCE,
                    () -> "not all tasks run: " + states(),
                    () -> anyRest()
                            .status(connector)
                            .map(ConnectorStatus::isRunning)
                            .orElse(false));
        }
    }

    /** The first failure of a connector or task; failed tasks would need somebody's hand. */
    Optional<String> failure() {
        return connectors().stream()
                .flatMap(connector -> anyRest().status(connector).stream()
                        .flatMap(status -> status.failure().stream().map(trace -> connector + ": " + trace)))
                .findFirst();
    }

    /** All rows of a table of mode incremental, as the manual tells people to after times that were wrong. */
    void readAgain(String connector, String table) {
        alter(connector, table, offset -> {
            Map<String, Object> again = new LinkedHashMap<>(offset);
            again.put("repull.from", "0001-01-01T00:00:00Z");
            return again;
        });
    }

    /** All of a table, by deleting its offset. */
    void copyAgain(String connector, String table) {
        alter(connector, table, offset -> Map.of());
    }

    private void alter(String connector, String table, UnaryOperator<Map<String, Object>> change) {
        ConnectRest rest = anyRest();
        rest.stop(connector, PATIENCE);
        ConnectorOffset read = rest.offsets(connector).stream()
                .filter(offset -> offset.partition().get("table").toString().endsWith("/" + table))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No offset of " + table));
        rest.alterOffsets(connector, List.of(new ConnectorOffset(read.partition(), change.apply(read.offset()))));
        rest.resume(connector);
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                failure = new IllegalStateException("Cannot close: " + e.getMessage(), e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private List<List<String>> accountsAtDestination() {
        if (destination.value("SELECT to_regclass('crm.accounts')") == null) {
            return List.of();
        }
        return destination.rows(ACCOUNTS.formatted("crm"));
    }

    private Map<String, Optional<ConnectorStatus>> states() {
        Map<String, Optional<ConnectorStatus>> states = new LinkedHashMap<>();
        connectors().forEach(connector -> states.put(connector, anyRest().status(connector)));
        return states;
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.push(resource);
        return resource;
    }

    private void deploy() {
        put("night-queue", fromPostgres("queue", "shop\\.items,shop\\.log,shop\\.visiting_.*"), Map.of());
        put(
                "night-incremental",
                fromPostgres("incremental", "shop\\.events,shop\\.ticks"),
                Map.of("table.shop.events.control.column", "at", "table.shop.ticks.control.column", "id"));
        put("night-snapshot", fromPostgres("snapshot", "shop\\.rates"), Map.of("poll.interval.ms", "2000"));
        put("night-mariadb", fromMariaDb(), Map.of("binlog.purged.policy", "resnapshot"));
        put(SINK, toDestination(), Map.of());
        connectors().forEach(connector -> anyRest().awaitRunning(connector, PATIENCE));
    }

    private void put(String name, Map<String, String> configuration, Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("name", name);
        all.put("key.converter", "io.tablecast.json.TablecastJsonConverter");
        all.put("value.converter", "io.tablecast.json.TablecastJsonConverter");
        all.put("value.converter.replace.null.with.default", "false");
        all.put("tasks.max", "2");
        all.putAll(configuration);
        all.putAll(settings);
        anyRest().putConnector(name, all);
    }

    private Map<String, String> fromPostgres(String mode, String tables) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connector.class", "io.tablecast.source.PostgresSourceConnector");
        settings.put("mode", mode);
        settings.put("connection.url", postgresUrl(Network.TO_SOURCE, source));
        settings.put("connection.user", SOURCE_ROLE);
        settings.put("connection.password", "change-me");
        settings.put("table.include.list", tables);
        settings.putAll(ofTopics(mode));
        return settings;
    }

    private Map<String, String> fromMariaDb() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connector.class", "io.tablecast.source.MySqlSourceConnector");
        settings.put("mode", "binlog");
        settings.put(
                "connection.url",
                mariaDb.server()
                        .jdbcUrl()
                        .replace(
                                ":" + mariaDb.server().port(),
                                ":" + proxy(Network.TO_MARIADB).port()));
        settings.put("connection.user", mariaDb.user());
        settings.put("connection.password", mariaDb.password());
        settings.put("table.include.list", "crm\\.accounts");
        settings.putAll(ofTopics("binlog"));
        return settings;
    }

    private static Map<String, String> ofTopics(String mode) {
        return Map.of(
                "topic.prefix", "night-" + mode,
                "transaction.boundary", "connector",
                "topic.creation.default.partitions", "1",
                "topic.creation.default.replication.factor", "1");
    }

    private Map<String, String> toDestination() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connector.class", "io.tablecast.sink.PostgresSinkConnector");
        settings.put("topics.regex", "night-(queue|incremental|snapshot|binlog)\\..*");
        settings.put("connection.url", postgresUrl(Network.TO_DESTINATION, destination));
        settings.put("connection.user", destination.user());
        settings.put("connection.password", destination.password());
        settings.put("consumer.override.isolation.level", "read_committed");
        settings.put("consumer.override.metadata.max.age.ms", "1000");
        if (exactlyOnce == ExactlyOnceSource.ENABLED) {
            // Shows what is sent twice, which upserts hide.
            settings.put("table.shop.log.apply.mode", "append");
        }
        return settings;
    }

    private String postgresUrl(Network network, Database database) {
        return "jdbc:postgresql://127.0.0.1:" + proxy(network).port() + "/" + database.name();
    }

    private static String script(String name) {
        try {
            return Files.readString(Path.of(System.getProperty("tablecast.root"), "docs", "roles", name + ".sql"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
