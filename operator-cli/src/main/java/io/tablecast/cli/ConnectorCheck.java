// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.errors.ConnectException;

/** Checks one configuration as a worker does before it starts the connector. */
final class ConnectorCheck {
    private final KnownConnectors connectors;
    private final Placeholders placeholders;

    ConnectorCheck(KnownConnectors connectors, Placeholders placeholders) {
        this.connectors = connectors;
        this.placeholders = placeholders;
    }

    CheckedFile.Read check(ConnectorFile file) {
        Placeholders.Resolved resolved = placeholders.resolve(file.settings());
        Map<String, String> settings = resolved.settings();
        List<Problem> problems = new ArrayList<>(file.problems());
        problems.addAll(resolved.problems());
        addNew(ConnectKeys.problems(settings, file.form()), problems);
        String connectorClass = settings.get(ConnectKeys.CONNECTOR_CLASS);
        connector(connectorClass, problems).ifPresent(connector -> addProblemsOf(connector, file, settings, problems));
        return new CheckedFile.Read(
                file.path(),
                Optional.ofNullable(settings.get(ConnectKeys.NAME)),
                Optional.ofNullable(connectorClass),
                problems);
    }

    private Optional<Connector> connector(String connectorClass, List<Problem> problems) {
        if (connectorClass == null) {
            addNew(
                    List.of(new Problem(
                            ConnectKeys.CONNECTOR_CLASS,
                            "It is missing. Set it to one of: " + connectors.names() + ".")),
                    problems);
            return Optional.empty();
        }
        Optional<Connector> connector = connectors.find(connectorClass);
        if (connector.isEmpty()) {
            addNew(List.of(new Problem(ConnectKeys.CONNECTOR_CLASS, unknown(connectorClass))), problems);
        }
        return connector;
    }

    private String unknown(String connectorClass) {
        return "There is no connector " + connectorClass + " here. "
                + connectors
                        .nearestTo(connectorClass)
                        .map(name -> "Did you mean " + name + "?")
                        .orElseGet(() -> "Known are: " + connectors.names() + ".");
    }

    private static void addProblemsOf(
            Connector connector, ConnectorFile file, Map<String, String> settings, List<Problem> problems) {
        Map<String, String> named = new LinkedHashMap<>(settings);
        named.putIfAbsent(ConnectKeys.NAME, file.connectorName());
        Secrets secrets = Secrets.of(named, connector.config());
        List<Problem> found = validate(connector, named).stream()
                .map(problem -> new Problem(problem.field(), secrets.hideIn(withOrigin(problem.message(), file))))
                .toList();
        addNew(found, problems);
    }

    /** What is wrong for one connector may be right for another, and a worker is told the name beside the settings. */
    private static String withOrigin(String message, ConnectorFile file) {
        String named = "connector \"" + file.connectorName() + "\"";
        return file.isNamed() || !message.contains(named)
                ? message
                : "The file holds no \"name\" and is checked as " + named + ". " + message;
    }

    private static List<Problem> validate(Connector connector, Map<String, String> settings) {
        try {
            return connector.validate(settings).configValues().stream()
                    .flatMap(value -> value.errorMessages().stream().map(error -> new Problem(value.name(), error)))
                    // Kafka keeps them in hash order.
                    .sorted(Comparator.comparing(Problem::field))
                    .toList();
        } catch (ConfigException | ConnectException e) {
            return List.of(new Problem(ConnectKeys.CONNECTOR_CLASS, "The connector refuses it: " + reasons(e)));
        }
    }

    private static String reasons(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .map(cause -> String.valueOf(cause.getMessage()))
                .distinct()
                .collect(Collectors.joining(": "));
    }

    /** What follows from a problem that is known already is not told again. */
    private static void addNew(List<Problem> found, List<Problem> problems) {
        Set<String> known = problems.stream().map(Problem::field).collect(Collectors.toCollection(LinkedHashSet::new));
        found.stream()
                .filter(problem -> !known.contains(problem.field()))
                .distinct()
                .forEach(problems::add);
    }
}
