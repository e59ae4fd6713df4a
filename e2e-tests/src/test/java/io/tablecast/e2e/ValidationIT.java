// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.ConfigurationCheck;
import io.tablecast.testing.ConnectRest;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.PostgresVersion;
import io.tablecast.testing.Role;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a user hears of a bad configuration before anything is deployed: PUT .../config/validate on a real worker. */
final class ValidationIT {

    private static Replication replication;

    @BeforeAll
    static void start() {
        replication = Replication.start(ExactlyOnceSource.DISABLED);
        replication
                .source()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, note text)",
                        "CREATE TABLE shop.keyless (id bigint, email text UNIQUE)");
    }

    @AfterAll
    static void stop() {
        replication.close();
    }

    @Test
    void pluginsAreFoundInTheVersionOfTheBuild() {
        ConnectRest rest = replication.rest();

        assertThat(rest.plugins().stream().filter(plugin -> plugin.startsWith("io.tablecast.")))
                .containsOnly(
                        "io.tablecast.source.PostgresSourceConnector",
                        "io.tablecast.source.MySqlSourceConnector",
                        "io.tablecast.sink.PostgresSinkConnector",
                        "io.tablecast.json.TablecastJsonConverter")
                .allSatisfy(plugin -> assertThat(rest.versions(plugin))
                        .as(plugin)
                        .containsExactly(System.getProperty("tablecast.version")));
    }

    @Test
    void goodConfigurationsHaveNoErrors() {
        assertThat(source(Map.of("mode", "queue", "table.include.list", "shop\\.orders"))
                        .errors())
                .isEmpty();
        assertThat(source(Map.of("mode", "snapshot")).errors()).isEmpty();
        assertThat(sink(Map.of()).errors()).isEmpty();
    }

    @Test
    void wrongPasswordIsToldAtThePassword() {
        assertThat(source(Map.of("mode", "snapshot", "connection.password", "wrong-secret"))
                        .errors("connection.password"))
                .singleElement()
                .asString()
                .contains("password")
                .doesNotContain("wrong-secret");
        assertThat(sink(Map.of("connection.password", "wrong-secret")).errors("connection.password"))
                .singleElement()
                .asString()
                .contains("password")
                .doesNotContain("wrong-secret");
    }

    @Test
    void unreachableHostIsToldAtTheUrl() throws IOException {
        String nowhere = "jdbc:postgresql://127.0.0.1:" + unusedPort() + "/shop";

        assertThat(source(Map.of("mode", "snapshot", "connection.url", nowhere)).errors("connection.url"))
                .singleElement()
                .asString()
                .contains(nowhere);
        assertThat(sink(Map.of("connection.url", nowhere)).errors("connection.url"))
                .singleElement()
                .asString()
                .contains(nowhere);
    }

    @Test
    void missingTableIsToldAtTheIncludeList() {
        assertThat(source(Map.of("mode", "snapshot", "table.include.list", "shop\\.oders"))
                        .errors("table.include.list"))
                .singleElement()
                .asString()
                .contains("Matches no table of");
    }

    @Test
    void tableWithoutKeyIsNamedWithTheReason() {
        ConfigurationCheck check = source(Map.of("mode", "queue", "table.include.list", "shop\\.keyless"));

        assertThat(all(check))
                .anySatisfy(message -> assertThat(message)
                        .contains(
                                "shop.keyless", "\"keyless_email_key\" has nullable columns \"email\"", "key.columns"));
    }

    @Test
    void roleWithoutTriggerPrivilegeIsToldWhatToGrant() {
        Database source = replication.source();
        Role reader = source.createRole("reader");
        source.execute(
                "GRANT USAGE ON SCHEMA shop TO " + Database.quote(reader.name()),
                "GRANT SELECT ON shop.orders TO " + Database.quote(reader.name()),
                "GRANT CREATE ON DATABASE " + Database.quote(source.name()) + " TO " + Database.quote(reader.name()));

        ConfigurationCheck check = source(Map.of(
                "mode",
                "queue",
                "table.include.list",
                "shop\\.orders",
                "connection.user",
                reader.name(),
                "connection.password",
                reader.password()));

        assertThat(all(check))
                .anySatisfy(message -> assertThat(message).contains("shop.orders", "GRANT", "TRIGGER", reader.name()));
    }

    @Test
    void unknownModeIsToldAtTheMode() {
        assertThat(source(Map.of("mode", "logical")).errors("mode"))
                .anySatisfy(message -> assertThat(message).contains("logical", "snapshot", "queue"));
    }

    @Test
    void misspeltKeyIsToldWithTheRightOne() {
        assertThat(source(Map.of("mode", "snapshot", "pol.interval.ms", "5000")).errors("pol.interval.ms"))
                .singleElement()
                .asString()
                .contains("poll.interval.ms");
        assertThat(source(Map.of("mode", "snapshot", "table.shop.orders.colums", "id"))
                        .errors("table.shop.orders.colums"))
                .singleElement()
                .asString()
                .contains("columns");
        assertThat(sink(Map.of("aply.mode", "append")).errors("aply.mode"))
                .singleElement()
                .asString()
                .contains("apply.mode");
    }

    @Test
    void destinationWithoutCreatePrivilegeIsToldWhatToGrant() {
        Role guest = replication.destination().createRole("guest");

        ConfigurationCheck check =
                sink(Map.of("connection.user", guest.name(), "connection.password", guest.password()));

        assertThat(all(check))
                .anySatisfy(message -> assertThat(message).contains("GRANT CREATE ON DATABASE", guest.name()));
    }

    @Test
    void serverOlderThan14IsRefusedAtTheUrl() {
        try (PostgresServer old =
                        PostgresServer.start(PostgresOptions.defaults().withVersion(PostgresVersion.REFUSED));
                Database database = old.createDatabase()) {
            Map<String, String> connection = Map.of(
                    "connection.url", database.jdbcUrl(),
                    "connection.user", database.user(),
                    "connection.password", database.password());
            Map<String, String> settings = new HashMap<>(connection);
            settings.put("mode", "snapshot");

            assertThat(source(settings).errors("connection.url"))
                    .singleElement()
                    .asString()
                    .contains("13", "14");
            assertThat(sink(connection).errors("connection.url"))
                    .singleElement()
                    .asString()
                    .contains("13", "14");
        }
    }

    private static ConfigurationCheck source(Map<String, String> settings) {
        return replication.rest().validate(replication.sourceConfiguration(settings));
    }

    private static ConfigurationCheck sink(Map<String, String> settings) {
        return replication.rest().validate(replication.sinkConfiguration(settings));
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static List<String> all(ConfigurationCheck check) {
        return check.errors().entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(message -> entry.getKey() + ": " + message))
                .toList();
    }
}
