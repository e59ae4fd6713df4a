// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What a comparison is about.
 *
 * @param page the beginning of its pages' names
 * @param title of its pages, without the database
 * @param conditions what is done, as a format for the number of rows, of updated rows, and the source's name
 * @param known names of pipelines that can play the scenario
 * @param tablecast Tablecast's pipeline, given the repository and the kind of the source
 */
record Subject(
        String page,
        String title,
        String conditions,
        List<String> known,
        BiFunction<Path, SourceKind, Pipeline> tablecast,
        Scenario scenario) {
    Subject {
        known = List.copyOf(known);
    }

    /** The pipelines of an option's value that can play, in that order. */
    List<Pipeline> pipelines(BenchmarkSettings settings, SourceKind kind) {
        return settings.pipelines().stream()
                .filter(known::contains)
                .map(name -> pipeline(name, settings.root(), kind))
                .toList();
    }

    private Pipeline pipeline(String name, Path root, SourceKind kind) {
        return switch (name) {
            case "floor" -> new FloorPipeline();
            case "tablecast" -> tablecast.apply(root, kind);
            case "debezium" -> new DebeziumPipeline(kind.debezium());
            default -> throw new IllegalArgumentException("There is no pipeline \"" + name + "\".");
        };
    }
}
