// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Roles that docs/roles makes, and that may do nothing else, are enough from end to end in every mode. */
final class LeastPrivilegeIT {

    private static final List<String> MODES = List.of("snapshot", "incremental", "queue");

    @Test
    void rolesOfTheDocumentationAreEnoughInEveryMode() {
        try (PostgresServer server = PostgresServer.start();
                Replication replication = Replication.start(
                        KafkaBroker.shared(), server, server, Replication.options(ExactlyOnceSource.ENABLED));
                Database snapshot = server.createDatabase();
                Database incremental = server.createDatabase();
                Database queue = server.createDatabase()) {
            Map<String, Database> sources = Map.of("snapshot", snapshot, "incremental", incremental, "queue", queue);
            Database destination = replication.destination();
            closeToThePublic(destination);
            destination.execute(file("destination.sql"));
            destination.execute("CREATE SCHEMA shop");
            destination.execute(file("destination-schema.sql"));
            assertThat(sinkErrors(replication)).isEmpty();
            snapshot.execute(file("source-role.sql"));
            for (String mode : MODES) {
                Database source = sources.get(mode);
                closeToThePublic(source);
                createTable(source, mode);
                if (!mode.equals("snapshot")) {
                    source.execute(afterRole(file("source-role.sql")));
                }
                assertThat(sourceErrors(replication, source, mode))
                        .as("what is missing in mode " + mode)
                        .anySatisfy(message ->
                                assertThat(message).contains("GRANT USAGE ON SCHEMA shop TO tablecast_source"));
                source.execute(file("source-" + mode + ".sql"));
                assertThat(sourceErrors(replication, source, mode)).isEmpty();
                replication.rest().putConnector(mode + "-source", configuration(replication, source, mode));
            }
            replication.rest().putConnector(replication.sinkName(), sinkConfiguration(replication));

            for (String mode : MODES) {
                awaitEqual(sources.get(mode), destination, mode);
                sources.get(mode).execute("INSERT INTO shop.of_" + mode + " VALUES (1001, 'later', now())");
            }
            for (String mode : MODES) {
                awaitEqual(sources.get(mode), destination, mode);
            }
        }
    }

    private static void createTable(Database source, String mode) {
        source.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.of_" + mode + " (id bigint PRIMARY KEY, note text, at timestamptz NOT NULL)",
                "INSERT INTO shop.of_" + mode + " SELECT i, 'note ' || i, now() FROM generate_series(1, 1000) AS i");
    }

    /** What PostgreSQL grants to everybody, so that nothing of it is taken for granted. */
    private static void closeToThePublic(Database database) {
        database.execute(
                "REVOKE ALL ON DATABASE " + Database.quote(database.name()) + " FROM PUBLIC",
                "REVOKE ALL ON SCHEMA public FROM PUBLIC");
    }

    private static Map<String, String> configuration(Replication replication, Database source, String mode) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "name",
                mode + "-source",
                "mode",
                mode,
                "connection.url",
                source.jdbcUrl(),
                "connection.user",
                "tablecast_source",
                "connection.password",
                "change-me",
                "transaction.boundary",
                "connector"));
        switch (mode) {
            case "snapshot" -> settings.put("poll.interval.ms", "500");
            case "incremental" -> settings.put("control.column", "at");
            default -> {}
        }
        return replication.sourceConfiguration(settings);
    }

    private static Map<String, String> sinkConfiguration(Replication replication) {
        return replication.sinkConfiguration(
                Map.of("connection.user", "tablecast_destination", "connection.password", "change-me"));
    }

    private static List<String> sourceErrors(Replication replication, Database source, String mode) {
        return replication.rest().validate(configuration(replication, source, mode)).errors().values().stream()
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> sinkErrors(Replication replication) {
        return replication.rest().validate(sinkConfiguration(replication)).errors().values().stream()
                .flatMap(List::stream)
                .toList();
    }

    private static void awaitEqual(Database source, Database destination, String mode) {
        String table = "shop.of_" + mode;
        ContentComparison.awaitEqual(
                Replication.PATIENCE, TableContents.ofTable(source, table), TableContents.ofTable(destination, table));
    }

    /** The role exists in all databases of the server; its rights do not. */
    private static String afterRole(String script) {
        return script.substring(script.indexOf("DO $$"));
    }

    private static String file(String name) {
        try {
            return Files.readString(Path.of(System.getProperty("tablecast.root"), "docs", "roles", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
