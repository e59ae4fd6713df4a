// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.pipeline;

import io.tablecast.cli.connect.Deployed;
import io.tablecast.contract.table.TableId;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The connectors of a cluster with all their tables, as they were at one moment.
 *
 * @param scope what the tables are
 * @param connectors that are meant, also those whose settings could not be read here
 * @param tables of each source, by its name
 * @param problems what could not be read
 * @param redaction takes the secrets of a connector out of a text, by its name
 */
public record Pipeline(
        Scope scope,
        List<Deployed> connectors,
        List<PipelineSource> sources,
        List<PipelineSink> sinks,
        Map<String, List<CapturedTable>> tables,
        List<String> problems,
        Map<String, UnaryOperator<String>> redaction) {

    public Pipeline {
        connectors = List.copyOf(connectors);
        sources = List.copyOf(sources);
        sinks = List.copyOf(sinks);
        tables = new HashMap<>(tables);
        problems = List.copyOf(problems);
        redaction = Map.copyOf(redaction);
    }

    /** Which tables there are. */
    public enum Scope {
        /** All of each source. */
        ALL_TABLES,
        /** Only those that certain sinks take. */
        TABLES_OF_SINKS
    }

    public List<CapturedTable> tables(PipelineSource source) {
        return tables.getOrDefault(source.connector().name(), List.of());
    }

    /** All tables of all sources, each once. */
    public List<TableId> allTables() {
        return tables.values().stream()
                .flatMap(List::stream)
                .map(CapturedTable::id)
                .distinct()
                .sorted()
                .toList();
    }

    /** The ways of one table: one for each sink that takes its topic. */
    public List<Route> routes(PipelineSource source, CapturedTable table) {
        return sinks.stream()
                .filter(sink -> sink.takes(table.topic()))
                .map(sink -> new Route(source, table, sink))
                .toList();
    }

    /** The ways of all tables. */
    public List<Route> routes() {
        return sources.stream()
                .flatMap(source -> tables(source).stream().flatMap(table -> routes(source, table).stream()))
                .toList();
    }

    /** What a database said, without a connector's secrets. */
    public String withoutSecrets(String connector, SQLException failure) {
        return redaction.getOrDefault(connector, UnaryOperator.identity()).apply(String.valueOf(failure.getMessage()));
    }
}
