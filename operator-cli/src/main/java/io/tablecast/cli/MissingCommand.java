// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tablecast.cli.missing.Gap;
import io.tablecast.cli.missing.Gaps;
import io.tablecast.cli.pipeline.DescribedSource;
import io.tablecast.cli.pipeline.Pipeline;
import io.tablecast.cli.pipeline.PipelineSource;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tablecast missing}. */
@Command(
        name = "missing",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Shows what of the sources is not replicated.",
        description = {
            "",
            "Tables that no source connector captures, captured tables that no sink takes or whose destination is not"
                    + " there, and columns that the destination lacks, has besides, or has with another type. Of a server"
                    + " of MySQL or MariaDB, those databases are looked at that something is captured of.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing is missing",
            "1:something is, or a database could not be asked",
            "2:wrong usage, or no worker answers"
        },
        footer = {"", "Examples:", "  tablecast missing", "  tablecast missing --output json | jq '.missing[].table'"})
final class MissingCommand implements Callable<Integer> {
    private final KnownConnectors connectors;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PipelineOptions pipeline;

    @Mixin
    private OutputOptions output;

    MissingCommand(KnownConnectors connectors) {
        this.connectors = connectors;
    }

    @Override
    public Integer call() throws UnreadableFileException, IOException {
        Pipeline read = pipeline.read(connectors);
        List<String> problems = new ArrayList<>(read.problems());
        List<Gap> gaps = new ArrayList<>();
        for (PipelineSource source : read.sources()) {
            if (!(source instanceof DescribedSource described)) {
                continue;
            }
            try {
                gaps.addAll(Gaps.of(read, described));
            } catch (SQLException e) {
                String name = source.connector().name();
                problems.add("What " + name + " misses cannot be told: " + read.withoutSecrets(name, e));
            }
        }
        problems.forEach(spec.commandLine().getErr()::println);
        print(gaps);
        return problems.isEmpty() && gaps.isEmpty() ? CheckCommand.FINE : CheckCommand.PROBLEMS;
    }

    private void print(List<Gap> gaps) {
        if (output.isJson()) {
            ObjectNode root = Json.object();
            ArrayNode list = root.putArray("missing");
            gaps.forEach(gap -> list.addObject()
                    .put("source", gap.source())
                    .put("table", gap.table().toString())
                    .put("what", gap.what()));
            spec.commandLine().getOut().println(Json.text(root));
            return;
        }
        TextTable table = new TextTable();
        gaps.forEach(gap -> table.add(gap.source(), gap.table().toString(), gap.what()));
        table.lines().forEach(spec.commandLine().getOut()::println);
    }
}
