// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.source.PostgresSourceConnector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.connector.Connector;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What commands ask for that work in the source database of a connector. */
final class SourceOptions {
    private static final String USER = "connection.user";
    private static final String PASSWORD = "connection.password";

    @Parameters(paramLabel = "CONFIG", description = "The configuration of a PostgreSQL source connector.")
    private Path file;

    @Option(
            names = "--worker",
            paramLabel = "FILE",
            description = "The worker's properties file. Its config.providers say which placeholders there are.")
    private Path worker;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The connector's name, where the configuration does not hold it.")
    private String name;

    @Option(
            names = "--user",
            paramLabel = "ROLE",
            description = "The role to connect as, instead of the connector's: the owner of the tables or a superuser.")
    private String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "Holds that role's password. Without it: the environment variable PGPASSWORD.")
    private Path passwordFile;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to try again while a table is in use. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    /**
     * Reads the configuration, as far as it tells where the source is and what is captured.
     *
     * @throws UnreadableFileException when a file cannot be read
     */
    Configuration read(KnownConnectors connectors) throws UnreadableFileException, IOException {
        WorkerProviders providers = worker == null ? WorkerProviders.usual() : WorkerProviders.declaredIn(worker);
        ConnectorFile read = ConnectorFileReader.read(file);
        try (Placeholders placeholders = new Placeholders(providers)) {
            Placeholders.Resolved resolved = placeholders.resolve(read.settings());
            List<Problem> problems = new ArrayList<>(read.problems());
            problems.addAll(resolved.problems());
            Map<String, String> settings = new LinkedHashMap<>(resolved.settings());
            if (name != null) {
                settings.put(ConnectKeys.NAME, name);
            }
            if (!isSource(connectors, settings.get(ConnectKeys.CONNECTOR_CLASS))) {
                problems.add(new Problem(
                        ConnectKeys.CONNECTOR_CLASS,
                        "Only " + PostgresSourceConnector.class.getName() + " has queues at its source."));
            }
            String reader = settings.getOrDefault(USER, "");
            if (user != null) {
                settings.put(USER, user);
                settings.put(PASSWORD, password());
            }
            return new Configuration(file, settings, reader, problems);
        }
    }

    /** A session at the source, which speaks where the command does. */
    SourceSession session(Configuration configuration, CommandLine command) {
        return new SourceSession(configuration, Duration.ofSeconds(seconds), command.getOut(), command.getErr());
    }

    private static boolean isSource(KnownConnectors connectors, String connectorClass) {
        Connector found =
                connectorClass == null ? null : connectors.find(connectorClass).orElse(null);
        return found instanceof PostgresSourceConnector;
    }

    private String password() throws UnreadableFileException {
        if (passwordFile == null) {
            return System.getenv().getOrDefault("PGPASSWORD", "");
        }
        try {
            return Files.readString(passwordFile, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw ConnectorFileReader.unreadable(passwordFile, e);
        }
    }

    /**
     * A configuration that was read.
     *
     * @param settings with the role that the command connects as
     * @param reader the connector's own role, empty when its URL or the system says
     */
    record Configuration(Path file, Map<String, String> settings, String reader, List<Problem> problems) {
        Configuration {
            settings = Map.copyOf(settings);
            problems = List.copyOf(problems);
        }

        /** The connector's role, which that of a session is where the configuration names none. */
        String readerBy(Connection connection) throws SQLException {
            return reader.isEmpty() ? connection.getMetaData().getUserName() : reader;
        }

        boolean hasName() {
            return settings.containsKey(ConnectKeys.NAME);
        }
    }
}
