// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.connect.ConnectWorkers;
import io.tablecast.cli.pipeline.Pipeline;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which connectors a command is about. */
final class PipelineOptions {

    @Mixin
    private ConnectOptions connect;

    @Option(
            names = "--connector",
            paramLabel = "NAME",
            description = "Only the tables of this connector, source or sink; may be repeated. Default: all of"
                    + " Tablecast's.")
    private List<String> names = List.of();

    ConnectWorkers workers() {
        return connect.workers();
    }

    /** What the worker's properties file says, if one is named. */
    Optional<Map<String, String>> workerSettings() throws UnreadableFileException {
        return connect.workerSettings();
    }

    /**
     * Reads the connectors and the tables of their sources.
     *
     * @throws NothingFoundException when a connector that was named is not there, or none is
     */
    Pipeline read(KnownConnectors connectors) throws UnreadableFileException, IOException {
        try (Placeholders placeholders = connect.placeholders()) {
            return new PipelineReader(workers(), connectors, placeholders).read(Set.copyOf(names));
        }
    }
}
