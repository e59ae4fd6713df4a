// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.connect.ConnectWorkers;
import io.tablecast.cli.connect.Deployed;
import io.tablecast.cli.connect.StoredOffset;
import io.tablecast.cli.pipeline.CapturedTable;
import io.tablecast.cli.pipeline.MySqlSource;
import io.tablecast.cli.pipeline.OffsetsOnlySource;
import io.tablecast.cli.pipeline.Pipeline;
import io.tablecast.cli.pipeline.Pipeline.Scope;
import io.tablecast.cli.pipeline.PipelineSink;
import io.tablecast.cli.pipeline.PipelineSource;
import io.tablecast.cli.pipeline.PostgresSource;
import io.tablecast.cli.pipeline.TopicSelection;
import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.PostgresSinkConnector;
import io.tablecast.source.MySqlSourceConnector;
import io.tablecast.source.PostgresSourceConnector;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.Connector;

/** Reads which tables go where, from the workers and the databases that their connectors name. Used once. */
final class PipelineReader {
    private static final String OURS = "io.tablecast.";

    private final ConnectWorkers workers;
    private final KnownConnectors connectors;
    private final Placeholders placeholders;

    private final List<PipelineSource> sources = new ArrayList<>();
    private final List<PipelineSink> sinks = new ArrayList<>();
    private final Map<String, List<CapturedTable>> tables = new HashMap<>();
    private final Map<String, UnaryOperator<String>> redaction = new HashMap<>();
    private final Map<String, List<String>> problems = new LinkedHashMap<>();

    PipelineReader(ConnectWorkers workers, KnownConnectors connectors, Placeholders placeholders) {
        this.workers = workers;
        this.connectors = connectors;
        this.placeholders = placeholders;
    }

    /**
     * Reads the connectors that are wanted, and those at the other ends of their tables.
     *
     * @param names of the connectors wanted, none for all
     */
    Pipeline read(Set<String> names) {
        Map<String, Deployed> ours = new TreeMap<>();
        workers.connectors().stream().filter(this::isOurs).forEach(connector -> ours.put(connector.name(), connector));
        Set<Deployed.Kind> kinds = EnumSet.noneOf(Deployed.Kind.class);
        for (String name : names) {
            if (!ours.containsKey(name)) {
                throw NothingFoundException.of("connector", name, ours.keySet());
            }
            kinds.add(ours.get(name).kind());
        }
        List<Deployed> wanted = ours.values().stream()
                .filter(connector -> names.isEmpty() || names.contains(connector.name()))
                .toList();
        wanted.forEach(this::add);
        List<Deployed> others = ours.values().stream()
                .filter(connector -> !names.isEmpty() && !kinds.contains(connector.kind()))
                .toList();
        others.forEach(this::add);
        List<TopicSelection> ofSinks = wanted.stream()
                .filter(connector -> connector.kind() == Deployed.Kind.SINK)
                .map(TopicSelection::new)
                .toList();
        boolean isOfSinks = !names.isEmpty() && !kinds.contains(Deployed.Kind.SOURCE);
        if (isOfSinks) {
            tables.replaceAll((source, captured) -> captured.stream()
                    .filter(table -> ofSinks.stream().anyMatch(sink -> sink.includes(table.topic())))
                    .toList());
        }
        others.stream().filter(this::isWithoutTable).map(Deployed::name).forEach(this::leaveOut);
        return new Pipeline(
                isOfSinks ? Scope.TABLES_OF_SINKS : Scope.ALL_TABLES,
                wanted,
                sources,
                sinks,
                tables,
                problems.values().stream().flatMap(List::stream).toList(),
                redaction);
    }

    private boolean isWithoutTable(Deployed connector) {
        if (connector.kind() == Deployed.Kind.SOURCE) {
            return tables.getOrDefault(connector.name(), List.of()).isEmpty();
        }
        TopicSelection topics = new TopicSelection(connector);
        return tables.values().stream()
                .flatMap(List::stream)
                .map(CapturedTable::topic)
                .noneMatch(topics::includes);
    }

    private void leaveOut(String name) {
        sources.removeIf(source -> source.connector().name().equals(name));
        sinks.removeIf(sink -> sink.connector().name().equals(name));
        tables.remove(name);
        problems.remove(name);
    }

    private void addProblem(Deployed connector, String problem) {
        problems.computeIfAbsent(connector.name(), name -> new ArrayList<>()).add(problem);
    }

    private boolean isOurs(Deployed connector) {
        return connector.className().startsWith(OURS)
                || connectors.find(connector.className()).isPresent();
    }

    private void add(Deployed connector) {
        Optional<Connector> known = connectors.find(connector.className());
        Placeholders.Resolved resolved = placeholders.resolve(connector.settings());
        Map<String, String> settings = new LinkedHashMap<>(resolved.settings());
        settings.put(ConnectKeys.NAME, connector.name());
        known.ifPresent(type -> redaction.put(connector.name(), Secrets.of(settings, type.config())::hideIn));
        resolved.problems()
                .forEach(problem -> addProblem(
                        connector,
                        connector.name() + " cannot be read here: " + problem.field() + ": " + problem.message()));
        boolean isReadable = resolved.problems().isEmpty();
        try {
            if (connector.kind() == Deployed.Kind.SOURCE) {
                addSource(known.filter(type -> isReadable)
                        .flatMap(type -> source(type, connector, settings))
                        .orElseGet(() -> new OffsetsOnlySource(connector)));
            } else if (isReadable
                    && known.filter(PostgresSinkConnector.class::isInstance).isPresent()) {
                sinks.add(new PipelineSink(connector, settings));
            }
        } catch (ConfigException e) {
            addProblem(connector, connector.name() + " has a configuration that cannot be read: " + e.getMessage());
        }
    }

    private static Optional<PipelineSource> source(Connector type, Deployed connector, Map<String, String> settings) {
        if (type instanceof PostgresSourceConnector) {
            return Optional.of(new PostgresSource(connector, settings));
        }
        return type instanceof MySqlSourceConnector
                ? Optional.of(new MySqlSource(connector, settings))
                : Optional.empty();
    }

    private void addSource(PipelineSource source) {
        sources.add(source);
        String name = source.connector().name();
        Map<TableId, Map<String, Object>> offsets = offsets(source.connector());
        try {
            tables.put(name, source.tables(offsets));
        } catch (SQLException e) {
            addProblem(
                    source.connector(),
                    "The source of " + name + " cannot be asked: "
                            + redaction
                                    .getOrDefault(name, UnaryOperator.identity())
                                    .apply(String.valueOf(e.getMessage()))
                            + " Only tables that have sent something are known.");
            tables.put(name, new OffsetsOnlySource(source.connector()).tables(offsets));
        }
    }

    private Map<TableId, Map<String, Object>> offsets(Deployed connector) {
        Map<TableId, Map<String, Object>> offsets = new HashMap<>();
        for (StoredOffset stored : workers.offsets(connector.name())) {
            try {
                SourcePartition partition = SourcePartition.of(stored.partition());
                if (partition.topicPrefix().equals(connector.settings().getOrDefault("topic.prefix", ""))) {
                    offsets.put(partition.table(), stored.offset().orElse(Map.of()));
                }
            } catch (InvalidOffset notOfTables) {
                // Another version of the connector may have stored more than tables' offsets; it is not shown.
            }
        }
        return offsets;
    }
}
