// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.pipeline.Pipeline;
import io.tablecast.cli.pipeline.PipelineSink;
import java.util.Optional;
import picocli.CommandLine;

/** A sink whose tables are changed by a command, which nobody else may do meanwhile. */
final class StoppedSink {

    private StoppedSink() {}

    /**
     * The sink of a name; empty when it still runs, which is told.
     *
     * @throws NothingFoundException when there is none
     */
    static Optional<PipelineSink> of(Pipeline pipeline, String name, CommandLine command) {
        PipelineSink sink = pipeline.sinks().stream()
                .filter(candidate -> candidate.connector().name().equals(name))
                .findFirst()
                .orElseThrow(() -> NothingFoundException.of(
                        "sink",
                        name,
                        pipeline.sinks().stream()
                                .map(candidate -> candidate.connector().name())
                                .toList()));
        if (sink.connector().isStopped()) {
            return Optional.of(sink);
        }
        command.getErr()
                .println(name + " is " + sink.connector().description() + ". Stop it first: curl -X PUT .../connectors/"
                        + name + "/stop. Nothing was done.");
        return Optional.empty();
    }
}
