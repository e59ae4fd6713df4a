// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.detach.SchemaCopy;
import io.tablecast.cli.pipeline.CapturedTable;
import io.tablecast.cli.pipeline.DescribedSource;
import io.tablecast.cli.pipeline.Pipeline;
import io.tablecast.cli.pipeline.PipelineSource;
import io.tablecast.cli.pipeline.Route;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.connect.errors.ConnectException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tablecast copy-schema}. */
@Command(
        name = "copy-schema",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Creates destination tables as their sink would, without rows.",
        description = {
            "",
            "Tables with their types, keys, indexes and comments, under the names and settings of the sink. Tables that"
                    + " are there are left alone.",
            "",
            "With --foreign-keys the source's foreign keys are made too, where they are not there yet. They stand in the"
                    + " way of copies that are swapped in, and of changes that arrive before those they refer to;"
                    + " 'tablecast detach' makes them when replication has ended.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all tables are there",
            "1:a table or foreign key could not be made",
            "2:wrong usage, an unknown table, or no worker answers"
        },
        footer = {"", "Examples:", "  tablecast copy-schema 'shop.*'"})
final class CopySchemaCommand implements Callable<Integer> {
    private final KnownConnectors connectors;
    private int exitCode = CheckCommand.FINE;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PipelineOptions pipeline;

    @Mixin
    private TableOptions tables;

    @Option(names = "--foreign-keys", description = "Make foreign keys as well.")
    private boolean isWithKeys;

    CopySchemaCommand(KnownConnectors connectors) {
        this.connectors = connectors;
    }

    @Override
    public Integer call() throws UnreadableFileException, IOException {
        Pipeline read = pipeline.read(connectors);
        read.problems().forEach(this::complain);
        List<Route> there = new ArrayList<>();
        for (Map.Entry<PipelineSource, List<CapturedTable>> source :
                tables.among(read).entrySet()) {
            for (CapturedTable table : source.getValue()) {
                for (Route route : read.routes(source.getKey(), table)) {
                    create(read, route, there);
                }
            }
        }
        if (isWithKeys) {
            there.forEach(route -> makeKeys(read, route));
        }
        return exitCode;
    }

    private void create(Pipeline read, Route route, List<Route> there) {
        if (!(route.source() instanceof DescribedSource source)) {
            complain(route.table().id() + ": it cannot be created, because its source is "
                    + route.source().connector().className() + " or cannot be read here.");
            return;
        }
        try {
            SchemaCopy.Outcome outcome = SchemaCopy.create(route, source);
            there.add(route);
            spec.commandLine()
                    .getOut()
                    .println(route.destination() + ": "
                            + (outcome == SchemaCopy.Outcome.CREATED ? "created" : "is there"));
        } catch (SQLException e) {
            complain(route.destination() + ": "
                    + read.withoutSecrets(route.sink().connector().name(), e));
        } catch (ConnectException e) {
            complain(route.destination() + ": " + e.getMessage());
        }
    }

    private void makeKeys(Pipeline read, Route route) {
        if (!(route.source() instanceof DescribedSource source)) {
            return;
        }
        try {
            SchemaCopy.makeForeignKeys(route, source).forEach(this::complain);
        } catch (SQLException e) {
            complain(route.destination() + ": "
                    + read.withoutSecrets(route.sink().connector().name(), e));
        }
    }

    private void complain(String problem) {
        exitCode = CheckCommand.PROBLEMS;
        spec.commandLine().getErr().println(problem);
    }
}
