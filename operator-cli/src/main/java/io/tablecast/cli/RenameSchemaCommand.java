// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.detach.SchemaRename;
import io.tablecast.cli.pipeline.Pipeline;
import io.tablecast.cli.pipeline.PipelineSink;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tablecast rename-schema}. */
@Command(
        name = "rename-schema",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Renames a schema of a destination, and what Tablecast knows of its tables.",
        description = {
            "",
            "In one transaction: when it is cut off, run it again. The sink must be stopped; before it is resumed, its configuration has to send the"
                    + " tables to the new schema, by schema.mapping or table.name.format.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:renamed, now or by an earlier run",
            "1:the sink still runs, or the schema could not be renamed; nothing was changed",
            "2:wrong usage, an unknown sink, or no worker answers"
        },
        footer = {"", "Examples:", "  tablecast rename-schema --sink erp-sink shop warehouse"})
final class RenameSchemaCommand implements Callable<Integer> {
    private final KnownConnectors connectors;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PipelineOptions pipeline;

    @Option(names = "--sink", required = true, paramLabel = "NAME", description = "The sink that writes its tables.")
    private String sinkName;

    @Parameters(index = "0", paramLabel = "FROM", description = "The schema's name.")
    private String from;

    @Parameters(index = "1", paramLabel = "TO", description = "Its new name.")
    private String to;

    RenameSchemaCommand(KnownConnectors connectors) {
        this.connectors = connectors;
    }

    @Override
    public Integer call() throws UnreadableFileException, IOException {
        Pipeline read = pipeline.read(connectors);
        Optional<PipelineSink> sink = StoppedSink.of(read, sinkName, spec.commandLine());
        if (sink.isEmpty()) {
            return CheckCommand.PROBLEMS;
        }
        try {
            SchemaRename.Renamed renamed = SchemaRename.rename(sink.get(), from, to);
            String when = renamed.when() == SchemaRename.When.NOW ? " now" : " already";
            spec.commandLine()
                    .getOut()
                    .println(from + " is " + to + when + ", with "
                            + renamed.tables().size() + " tables of " + sinkName
                            + ". Set schema.mapping in its configuration, deploy it, and resume it.");
            return CheckCommand.FINE;
        } catch (SQLException e) {
            spec.commandLine()
                    .getErr()
                    .println("At " + sink.get().connections().target() + ": " + read.withoutSecrets(sinkName, e));
            return CheckCommand.PROBLEMS;
        }
    }
}
