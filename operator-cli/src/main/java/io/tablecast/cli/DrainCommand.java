// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.connect.StoredOffset;
import io.tablecast.cli.pipeline.CapturedTable;
import io.tablecast.cli.pipeline.Pipeline;
import io.tablecast.cli.pipeline.PipelineSource;
import io.tablecast.contract.table.TableId;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tablecast drain}. */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Reads once what the boundary of mode incremental holds back.",
        description = {
            "",
            "For the last rows of a table that is no longer written to, before it is retired or a system is moved: rows"
                    + " within the boundary are read once as if it were 0, and later ones are held back again. A row of a"
                    + " transaction that is still open may be missed, so stop the writers first.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:asked for",
            "1:a table is not read in mode incremental or not copied yet, and nothing was changed",
            "2:wrong usage, an unknown table, or no worker answers"
        },
        footer = {"", "Examples:", "  tablecast drain shop.events"})
final class DrainCommand implements Callable<Integer> {
    private final KnownConnectors connectors;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PipelineOptions pipeline;

    @Mixin
    private TableOptions tables;

    @Mixin
    private StopOptions stop;

    DrainCommand(KnownConnectors connectors) {
        this.connectors = connectors;
    }

    @Override
    public Integer call() throws UnreadableFileException, IOException {
        if (tables.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Which tables?");
        }
        Pipeline read = pipeline.read(connectors);
        Map<PipelineSource, List<CapturedTable>> chosen = tables.among(read);
        boolean isPossible = true;
        for (List<CapturedTable> captured : chosen.values()) {
            for (CapturedTable table : captured) {
                isPossible &= isPossible(table);
            }
        }
        if (!isPossible) {
            return CheckCommand.PROBLEMS;
        }
        OffsetChange change = new OffsetChange(pipeline.workers(), stop.patience());
        chosen.forEach((source, captured) -> {
            Map<TableId, UnaryOperator<StoredOffset>> changes = new LinkedHashMap<>();
            captured.forEach(table -> changes.put(table.id(), offset -> offset.with(Map.of("drain", "once"))));
            String when = source.connector().isOn()
                    ? ""
                    : " when " + source.connector().name() + " is resumed";
            change.apply(source.connector(), changes)
                    .forEach(table -> spec.commandLine()
                            .getOut()
                            .println(table + ": everything that is there is read once" + when));
        });
        return CheckCommand.FINE;
    }

    private boolean isPossible(CapturedTable table) {
        if (table.mode().equals("incremental") && table.state().equals("following")) {
            return true;
        }
        spec.commandLine()
                .getErr()
                .println(table.id()
                        + (table.mode().equals("incremental")
                                ? " has not been copied yet. Wait until its first copy has ended."
                                : " is read in mode " + table.mode() + ", which holds nothing back."));
        return false;
    }
}
