// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.source.SourceConnector;

/** The connectors that can be checked. A connector is fresh each time it is asked for. */
record KnownConnectors(List<Class<? extends Connector>> classes) {
    private static final String SUFFIX = "Connector";

    KnownConnectors {
        classes = List.copyOf(classes);
    }

    /** Those on the class path, found as workers find them: by their service manifests. */
    static KnownConnectors onClassPath() {
        return new KnownConnectors(Stream.<Class<? extends Connector>>concat(
                        ServiceLoader.load(SourceConnector.class).stream().map(ServiceLoader.Provider::type),
                        ServiceLoader.load(SinkConnector.class).stream().map(ServiceLoader.Provider::type))
                .toList());
    }

    /** The connector of a {@code connector.class}, which may be short ({@code PostgresSink}), as for a worker. */
    Optional<Connector> find(String connectorClass) {
        return classes.stream()
                .filter(type -> isNamed(type, connectorClass))
                .findFirst()
                .map(KnownConnectors::create);
    }

    /** The name that was perhaps meant. */
    Optional<String> nearestTo(String connectorClass) {
        return NearestWord.of(simpleName(connectorClass), classes.stream().map(Class::getSimpleName))
                .flatMap(simple -> classes.stream()
                        .filter(type -> type.getSimpleName().equals(simple))
                        .map(Class::getName)
                        .findFirst());
    }

    String names() {
        return classes.stream().map(Class::getName).collect(Collectors.joining(", "));
    }

    private static boolean isNamed(Class<?> type, String name) {
        String simple = type.getSimpleName();
        return name.equals(type.getName())
                || name.equals(simple)
                || (simple.endsWith(SUFFIX) && name.equals(simple.substring(0, simple.length() - SUFFIX.length())));
    }

    private static String simpleName(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static Connector create(Class<? extends Connector> type) {
        try {
            return type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot create the connector " + type.getName() + ": " + e, e);
        }
    }
}
